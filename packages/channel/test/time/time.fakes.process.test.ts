// T4 under fakes that are not Jest's, in a process of its own.

import { describe, expect, it } from "@jest/globals";

import { run } from "../../../../tools/testing/program.js";

describe("under fake timers, the faked clock counts", () => {
  it("T4: under the mocked timers of node:test, which leave performance alone", async () => {
    const printed = await run(`
      import { mock } from "node:test";
      import { after, Limiter, Ticker } from "./index.js";

      mock.timers.enable({ apis: ["setTimeout", "Date"] });
      const [timer, ticker] = [after(100), new Ticker(100)];
      const limiter = new Limiter({ limit: 1, interval: 100 });
      limiter.allow();
      const waits = [after(100).recv(), limiter.wait()];
      mock.timers.tick(99);
      for (const end = performance.now() + 5; performance.now() < end; );
      console.log(timer.tryRecv(), ticker.tryRecv());
      mock.timers.tick(1);
      console.log(timer.tryRecv(), ticker.tryRecv(), await Promise.all(waits));
    `);

    const due = "{ ok: true, value: 100, done: false }";
    expect(printed.replace(/\s+/g, " ")).toBe(
      `undefined undefined ${due} ${due} [ ${due}, undefined ] `,
    );
  });
});
