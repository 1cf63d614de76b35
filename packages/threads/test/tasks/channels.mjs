// Tasks that talk over channels.

import { serve, transfer } from "@chankit/threads";
import { select, send } from "@chankit/channel";

export const tasks = serve({
  async double(_, { channels: { input, output } }) {
    let n = 0;
    for await (const value of input) {
      await output.send(value * 2);
      n++;
    }
    return n;
  },
  async produce(n, { channels: { output } }) {
    for (let i = 0; i < n; i++) await output.send(i);
    output.close();
  },
  async take(n, { channels: { input }, signal }) {
    const values = [];
    for (let i = 0; i < n; i++) values.push((await input.recv({ signal })).value);
    return values;
  },
  /** Receives, then says by a word that it has, and waits for ever. */
  async takeAndWait(words, { channels: { input } }) {
    const cells = new Int32Array(words);
    const { value } = await input.recv();
    Atomics.store(cells, 0, value);
    await new Promise(() => undefined);
  },
  /** Asks for a value, and computes for ever. */
  async askAndSpin(words, { channels: { input } }) {
    const cells = new Int32Array(words);
    void input.recv();
    await undefined;
    Atomics.store(cells, 0, 1);
    while (Atomics.load(cells, 1) === 0);
    await new Promise(() => undefined);
  },
  async choose(_, { channels: { a, b, out } }) {
    const chosen = [];
    for (let i = 0; i < 4; i++) {
      const r = await select({ a, b });
      chosen.push([r.key, r.ok, r.value]);
    }
    await select({ sent: send(out, "sent") });
    return chosen;
  },
  async withdraw(_, { channels: { input } }) {
    const controller = new AbortController();
    const waiting = input.recv({ signal: controller.signal });
    controller.abort("withdrawn");
    return [await waiting.catch((reason) => reason), input.tryRecv(), input.cap, input.len];
  },
  async closes(_, { channels: { output } }) {
    output.close();
    const errors = [];
    try {
      output.close();
    } catch (error) {
      errors.push(error.message);
    }
    errors.push(await output.send(1).catch((error) => error.message));
    return [output.closed, ...errors];
  },
  async sendUntilClosed(_, { channels: { output } }) {
    for (let i = 0; ; i++) {
      try {
        await output.send(i);
      } catch (error) {
        return [error.name, error.code];
      }
    }
  },
  async sendOdd(_, { channels: { output } }) {
    const error = await output.send(() => 1).catch((error) => error);
    await output.send("fine");
    return [error.name, error.message];
  },
  async sendAndExit(n, { channels: { output } }) {
    for (let i = 0; i < n; i++) await output.send(i);
    process.exit(3);
  },
});
void transfer;
