import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import type { RecvChan } from "../../src/state/types.js";
import { select } from "../../src/select/select.js";
import { after } from "../../src/time/after.js";
import { Ticker } from "../../src/time/ticker.js";
import { isGarbage } from "../support/memory.js";
import { isFull } from "../../../../tools/testing/depth.js";
import { run } from "../../../../tools/testing/program.js";

const MANY = 10_000;
const VERY_MANY = isFull ? 1_000_000 : 60_000;

describe("time that nothing waits for", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("T2: very many selects that lose to after leave no timer", async () => {
    jest.useFakeTimers();
    const data = new Chan<number>();
    const set = jest.spyOn(globalThis, "setTimeout");

    for (let i = 0; i < MANY; i++) {
      const chosen = select({ data, timeout: after(60_000) });
      data.trySend(i);
      await chosen;
    }

    expect(set).toHaveBeenCalledTimes(MANY);
    expect(jest.getTimerCount()).toBe(0);
  });

  it("T2: very many selects that lose to one Ticker leave no timer", async () => {
    jest.useFakeTimers();
    const [data, ticker] = [new Chan<number>(), new Ticker(60_000)];

    for (let i = 0; i < MANY; i++) {
      const chosen = select({ data, ticker });
      data.trySend(i);
      await chosen;
    }

    expect(jest.getTimerCount()).toBe(0);
  });

  it("T2, G128: is garbage, though it was never stopped, or has lost a select", async () => {
    const data = new Chan<number>();
    const abandoned = (time: RecvChan<number>): WeakRef<object> => {
      void select({ data, time });
      data.trySend(1);
      return new WeakRef(time);
    };
    const refs = [
      new WeakRef(after(60_000)),
      new WeakRef(new Ticker(60_000)),
      abandoned(after(60_000)),
      abandoned(new Ticker(60_000)),
    ];

    expect(await isGarbage(...refs)).toBe(true);
  });
});

describe("a process", () => {
  it("T2: ends though very many selects have lost to after, and has kept no memory", async () => {
    const printed = await run(`
      import { after, Chan, select, Ticker } from "./index.js";

      const data = new Chan();
      async function lose(times) {
        for (let i = 0; i < times; i++) {
          const chosen = select({ data, timeout: after(600_000) });
          data.trySend(i);
          await chosen;
        }
        gc();
        return process.memoryUsage().heapUsed;
      }
      const before = await lose(50_000);
      const kept = await lose(${VERY_MANY}) - before;
      console.log(JSON.stringify({ kept, resources: process.getActiveResourcesInfo() }));
    `);

    const { kept, resources } = JSON.parse(printed) as { kept: number; resources: string[] };
    expect(kept).toBeLessThan(1_000_000);
    expect(resources).not.toContain("Timeout");
  });

  it("T2: ends though time was abandoned, in every way", async () => {
    const printed = await run(`
      import { after, select, Ticker } from "./index.js";

      const neverUsed = [after(600_000), new Ticker(600_000)];
      const abort = new AbortController();
      const waits = neverUsed.map((time) => time.recv(abort));
      abort.abort();
      await Promise.allSettled(waits);
      const ticker = new Ticker(600_000);
      void ticker.recv();
      ticker.stop();
      for await (const _ of new Ticker(1)) break;
      void after(Infinity).recv();
      console.log("done");
    `);

    expect(printed).toBe("done\n");
  });

  it("T2: does not end while a task waits", async () => {
    const printed = await run(`
      import { after, select, Ticker } from "./index.js";

      await after(10).recv();
      await select({ ticker: new Ticker(10), never: after(Infinity) });
      console.log("waited");
    `);

    expect(printed).toBe("waited\n");
  });
});
