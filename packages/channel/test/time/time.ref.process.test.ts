// T5 in processes that have nothing else.

import { describe, expect, it } from "@jest/globals";

import { run } from "../../../../tools/testing/program.js";

describe("ref: false", () => {
  it("T5: a process ends though some wait for it", async () => {
    const printed = await run(`
      import { after, Limiter, select, Ticker } from "./index.js";

      const ref = false;
      void after(600_000, { ref }).recv();
      void new Ticker(600_000, { ref }).recv();
      void select([after(600_000, { ref }), new Ticker(600_000, { ref })]);
      const limiter = new Limiter({ limit: 1, interval: 600_000, ref });
      for (let i = 0; i < 3; i++) void limiter.wait();
      process.once("exit", () => console.log("done"));
    `);

    expect(printed).toBe("done\n");
  });

  it("T5: those that wait are served while something else keeps the process alive", async () => {
    const printed = await run(`
      import { after, Limiter, Ticker } from "./index.js";

      const ref = false;
      const limiter = new Limiter({ limit: 1, interval: 5, ref });
      await limiter.wait();
      const alive = setInterval(() => undefined, 1000);
      await after(5, { ref }).recv();
      await new Ticker(5, { ref }).recv();
      await limiter.wait();
      await limiter.wait();
      clearInterval(alive);
      await new Limiter({ limit: 1, interval: 5, burst: 2 }).wait(2);
      console.log("served");
    `);

    expect(printed).toBe("served\n");
  });
});
