// What the engine itself takes: two awaits of settled promises a message, and no channel.

import { blockedWorkloads } from "./blocked.mjs";

async function awaitAll(count) {
  const settled = Promise.resolve();
  for (let i = 0; i < count; i++) await settled;
}

const twoAwaits = (count) => Promise.all([awaitAll(count), awaitAll(count)]);

// The tasks alone, each with the promise that it awaits.
const blocked = blockedWorkloads(() => {
  const resolvers = [];
  return {
    wait: () => new Promise((resolve) => resolvers.push(resolve)),
    wakeAll: () => resolvers.forEach((resolve) => resolve()),
  };
});

export default { "spsc-128": twoAwaits, mpmc: twoAwaits, ...blocked };
