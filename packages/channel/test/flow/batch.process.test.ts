import { describe, expect, it } from "@jest/globals";

import { run } from "../../../../tools/testing/program.js";

describe("batch, in a process of its own", () => {
  it("F3, T2: a process ends though something was gathered, and stays while a receive waits", async () => {
    const printed = await run(`
      import { batch, Chan } from "./index.js";
      const source = new Chan(9);
      const batches = batch(source, { size: 9, within: 60_000 });
      source.trySend(1);
      batches.tryRecv();
      console.log("tried");
      const soon = new Chan(9);
      soon.trySend(2);
      console.log(...(await batch(soon, { size: 9, within: 20 }).recv()).value);
    `);

    expect(printed).toBe("tried\n2\n");
  });
});
