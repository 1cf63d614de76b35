// Tasks for random kills. Each begins by counting that it was begun, in a word of its own.

import { serve } from "@chankit/threads";

/** Once per call, at its very beginning. */
function begin({ begun, call }) {
  Atomics.add(new Int32Array(begun), call, 1);
}

export const tasks = serve({
  add(input) {
    begin(input);
    return input.call + 1;
  },
  async later(input) {
    begin(input);
    for (let turns = input.turns; turns > 0; turns--) await new Promise(setImmediate);
    return input.call + 1;
  },
  spin(input, context) {
    begin(input);
    while (!context.aborted);
    return "aborted";
  },
  waits(input, { signal }) {
    begin(input);
    return new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  },
  stuck(input) {
    begin(input);
    for (;;);
  },
  fails(input) {
    begin(input);
    throw new RangeError(String(input.call));
  },
  exit(input) {
    begin(input);
    process.exit(input.call % 100);
  },
  throwLater(input) {
    begin(input);
    return new Promise(() => {
      setImmediate(() => {
        throw new RangeError(String(input.call));
      });
    });
  },
  /** Passes values on, and notes which it has received, and which sends have resolved. */
  async relay(input, { channels: { source, sink } }) {
    begin(input);
    const [received, sent] = [new Int32Array(input.received), new Int32Array(input.sent)];
    for await (const value of source) {
      Atomics.add(received, value, 1);
      await sink.send(value);
      Atomics.add(sent, value, 1);
    }
  },
});
