import medium from "medium";

import { channelWorkloads } from "./promise-channels.mjs";

const { any, chan, put, take } = medium;

export const library = {
  make: (cap) => (cap === 0 ? chan() : chan(cap)),
  send: put,
  recv: take,
  select: any,
};

export default channelWorkloads(library);
