import { Chan, recv, Select } from "ts-chan";

import { channelWorkloads } from "./promise-channels.mjs";

export const library = {
  make: (cap) => new Chan(cap),
  send: (channel, value) => channel.send(value),
  recv: (channel) => channel.recv(),
  async select(a, b) {
    const select = new Select([recv(a), recv(b)]);
    return select.recv(select.cases[await select.wait()]);
  },
};

export default channelWorkloads(library);
