// What the threads of the soak do.

import { serve } from "../../packages/threads/dist/esm/index.js";

serve({
  echo: (message) => message,
  async later(message) {
    await new Promise(setImmediate);
    return message;
  },
  exit: () => process.exit(1),
  throwLater: () =>
    new Promise(() => {
      setImmediate(() => {
        throw new RangeError("nothing catches it");
      });
    }),
  spin() {
    for (;;);
  },
  /** Passes one value on. */
  async relay(_, { channels: { input, output } }) {
    const { value } = await input.recv();
    await output.send(value);
  },
});
