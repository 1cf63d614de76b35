import lesomnus from "@lesomnus/channel";

import { channelWorkloads } from "./promise-channels.mjs";

const { Chan, recv, select } = lesomnus;
const ignore = () => {};

export const library = {
  make: (cap) => new Chan(cap),
  send: (channel, value) => channel.send(value),
  recv: (channel) => channel.recv(),
  select: (a, b) => select([recv(a, ignore), recv(b, ignore)]),
};

export default channelWorkloads(library);
