// What the threads of threads.mjs do, and those of the page: nothing of it needs a certain host.

import { serve, transfer } from "@chankit/threads";

export const tasks = serve({
  add: (n) => n + 1,
  fails() {
    throw Object.assign(new RangeError("on purpose"), { status: 7 });
  },
  /** Computes until it sees its abort; tells so in memory that all share. */
  spin(words, context) {
    const cells = new Int32Array(words);
    Atomics.store(cells, 0, 1);
    while (!context.aborted);
    Atomics.store(cells, 1, 1);
  },
  waits: (_, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    }),
  invert(bytes) {
    for (let i = 0; i < bytes.length; i++) bytes[i] ^= 255;
    return transfer(bytes, [bytes.buffer]);
  },
  exit: (code) => globalThis.process.exit(code),
  async double(_, { channels: { input, output } }) {
    for await (const n of input) await output.send(2 * n);
    output.close();
  },
});
