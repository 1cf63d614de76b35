// Tasks for tests. What waits, waits for a word of shared memory, so that a test says when it goes on.

import { serve, transfer } from "@chankit/threads";
import { isMainThread, threadId } from "node:worker_threads";

/** For an import in a thread of others. */
export const isOurs = isMainThread;

class HttpError extends Error {
  status = 404;
  constructor(message, options) {
    super(message, options);
    this.name = "HttpError";
  }
}

let count = 0;

export const tasks = serve({
  echo: (value) => value,
  add: (value) => value + 1,
  where: (_, context) => ({ thread: context.thread, threadId }),
  later: async (value) => {
    await undefined;
    return value;
  },
  count: () => ++count,

  /** Says by word 0 that it runs, and goes on when word 1 says so. */
  hold(words, context) {
    const cells = new Int32Array(words);
    Atomics.add(cells, 0, 1);
    Atomics.notify(cells, 0);
    while (Atomics.load(cells, 1) === 0 && !context.aborted) Atomics.wait(cells, 1, 0, 1);
    Atomics.add(cells, 2, 1);
    return context.aborted;
  },
  /** Does not heed its abort. */
  stuck(words) {
    Atomics.add(new Int32Array(words), 0, 1);
    for (;;);
  },
  /** Waits for its signal. */
  wait(words, { signal }) {
    Atomics.add(new Int32Array(words), 0, 1);
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => {
        Atomics.store(new Int32Array(words), 1, signal.reason === "enough" ? 1 : -1);
        reject(signal.reason);
      });
    });
  },

  throws() {
    throw new HttpError("not found", { cause: new RangeError("deep") });
  },
  async rejects(value) {
    await undefined;
    throw value;
  },
  throwsFunction() {
    throw () => 1;
  },
  returnsFunction: () => () => 1,
  noise: (length) => {
    const bytes = new Uint8Array(length).fill(7);
    return transfer(bytes, [bytes.buffer]);
  },
  detached: (bytes) => {
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return transfer(bytes, [bytes.buffer]);
  },

  exit: (code) => process.exit(code),
  exitLater: (words) => {
    setTimeout(() => process.exit(5));
    return new Promise(() => Atomics.add(new Int32Array(words), 0, 1));
  },
  throwLater: () =>
    new Promise(() => {
      setTimeout(() => {
        throw new TypeError("nothing catches this");
      });
    }),
  fill: () => {
    const all = [];
    for (;;) all.push(new Array(1000).fill({ some: all.length }));
  },
});
