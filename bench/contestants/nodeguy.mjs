import Channel from "@nodeguy/channel";

import { channelWorkloads } from "./promise-channels.mjs";

export const library = {
  make: (cap) => Channel(cap),
  send: (channel, value) => channel.push(value),
  recv: (channel) => channel.shift(),
  select: (a, b) => Channel.select([a.shift(), b.shift()]),
};

export default channelWorkloads(library);
