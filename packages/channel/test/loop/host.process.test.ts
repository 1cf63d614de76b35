// C11 by each way to a later turn, in processes that have nothing else.

import { describe, expect, it } from "@jest/globals";

import { run } from "../../../../tools/testing/program.js";

describe("host", () => {
  it.each([
    ["setImmediate", ""],
    ["messages", "delete globalThis.setImmediate;"],
    ["setTimeout", "delete globalThis.setImmediate; delete globalThis.MessageChannel;"],
    [
      "an atomic wait",
      `delete globalThis.setImmediate; delete globalThis.MessageChannel;
       globalThis.setTimeout = Object.assign(() => {}, { clock: {} });`,
    ],
  ])("C11: with turns by %s all outcomes are told, and the process ends", async (_, prepare) => {
    // A waiter that is never served would let the process end too early, and print nothing.
    const output = await run(`
      ${prepare}
      const { Chan } = await import("./index.js");
      const ch = new Chan();
      let received = 0;
      const receiving = (async () => { for await (const _ of ch) received++; })();
      for (let i = 0; i < 20_000; i++) await ch.send(i);
      ch.close();
      await receiving;
      console.log(received);
    `);

    expect(output.trim()).toBe("20000");
  });
});
