import { channel, select } from "@thi.ng/csp";

import { channelWorkloads } from "./promise-channels.mjs";

// It has no unbuffered channel: the smallest one stands in for it.
export const library = {
  make: (cap) => channel(Math.max(cap, 1)),
  send: (channel, value) => channel.write(value),
  recv: (channel) => channel.read(),
  select: (a, b) => select(a, b),
};

export default channelWorkloads(library);
