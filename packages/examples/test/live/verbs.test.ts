// Each verb of the live page, and what the page says came of it.

import { after } from "@chankit/channel";
import { bubble } from "@chankit/channel/testing";
import { describe, expect, it } from "@jest/globals";

import { Shop } from "../../src/live/shop.js";
import { perform, type Verb, VERBS } from "../../src/live/verbs.js";

interface Bench {
  readonly shop: Shop;
  /** Presses a button. */
  readonly press: (name: string) => Promise<string>;
}

/** A shop of one worker and one place, whose orders take 10 ms each; nothing is made or read by itself. */
function onBench(act: (bench: Bench) => Promise<void>, failures = 0): Promise<void> {
  return bubble(async () => {
    const settings = { rate: 0, workers: 1, queueSize: 1, jobMs: 10, failures, reads: false };
    const shop = new Shop(settings, () => 0.5);
    let workers = 1;
    const resize = (by: number): number => {
      shop.change({ workers: (workers += by) });
      return workers;
    };
    const verb = (name: string): Verb => {
      const found = VERBS.find((it) => it.name === name);
      if (found === undefined) throw new Error(`there is no ${name}`);
      return found;
    };
    await act({ shop, press: (name) => perform(verb(name), shop, resize) });
    await shop.end();
    await after(0).recv();
    expect(shop.law.violations).toBe(0);
  });
}

describe("the verbs of the live page", () => {
  it("bring jobs while there is room: queue, tryQueue, trySubmit", async () => {
    await onBench(async ({ press }) => {
      expect(await press("queue")).toBe("job 1 is accepted");
      expect(await press("tryQueue")).toBe("true: job 2 is accepted");
      expect(await press("tryQueue")).toBe("false: the queue is full");
      expect(await press("trySubmit")).toBe("undefined: the queue is full");
      expect(await press("queue")).toBe("job 5 is accepted");
    });
  });

  it("give what functions gave: submit, trySubmit, map", async () => {
    await onBench(async ({ press, shop }) => {
      expect(await press("submit")).toBe("gave 1");
      expect(await press("trySubmit")).toBe("gave 2");
      expect(await press("map")).toBe("gave 3, 4, 5, 6, 7");
      expect(shop.stats).toMatchObject({ accepted: 7, retrieved: 7, failed: 0 });
    });
  });

  it("tell how functions failed", async () => {
    await onBench(async ({ press }) => {
      expect(await press("submit")).toBe("Error: failed, as the slider says");
      expect(await press("map")).toBe("Error: failed, as the slider says");
    }, 100);
  });

  it("take results: retrieve waits, tryRetrieve does not, idle comes when all is done", async () => {
    await onBench(async ({ press }) => {
      expect(await press("tryRetrieve")).toBe("nothing now");
      const waits = press("retrieve");
      await press("queue");
      expect(await waits).toBe("job 1 was fulfilled");
      await press("queue");
      expect(await press("idle")).toBe("nothing waits, nothing is in progress");
      expect(await press("tryRetrieve")).toBe("job 2 was fulfilled");
      await press("close");
      expect(await press("tryRetrieve")).toBe("done: there will never be another");
      expect(await press("retrieve")).toBe("undefined: there is none left, and never will be");
    });
  });

  it("steer: pause, resume, resize", async () => {
    await onBench(async ({ press, shop }) => {
      expect(await press("pause")).toBe("no job starts");
      await press("queue");
      await after(1000).recv();
      expect(shop.stats).toMatchObject({ waiting: 1, inProgress: 0 });
      expect(await press("resume")).toBe("jobs start");
      await press("idle");
      expect(await press("resize +1")).toBe("the size is 2");
      await Promise.all([press("queue"), press("queue")]);
      await after(1).recv();
      expect(shop.stats.inProgress).toBe(2);
      expect(await press("resize −1")).toBe("the size is 1");
      await press("close");
      expect(await press("pause")).toBe("nothing: the pool is terminated");
    });
  });

  it.each([
    ["close", "the pool has terminated", { retrieved: 0, finished: 2, skipped: 0 }],
    ["stop", "1 job skipped", { retrieved: 0, finished: 1, skipped: 1 }],
    ["shutdown", "1 job skipped, 1 result unread", { retrieved: 1, finished: 0, skipped: 1 }],
    ["abort", "1 job skipped", { retrieved: 0, finished: 1, skipped: 1, failed: 1 }],
  ])("end the pool: %s", async (name, outcome, counters) => {
    await onBench(async ({ press, shop }) => {
      await press("queue");
      await after(1).recv();
      await press("queue");
      expect(await press(name)).toBe(outcome);
      expect(shop.stats).toMatchObject({ accepted: 2, waiting: 0, inProgress: 0, ...counters });
      for (const verb of ["queue", "tryQueue", "submit", "trySubmit", "map"]) {
        expect(await press(verb)).toBe("PoolClosedError: the pool takes no more");
      }
    });
  });

  it("have a name of their own each, and say what they do", () => {
    expect(new Set(VERBS.map(({ name }) => name)).size).toBe(VERBS.length);
    for (const { does } of VERBS) expect(does).toMatch(/^[a-z].{10,}/);
  });
});
