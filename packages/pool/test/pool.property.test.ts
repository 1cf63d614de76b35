// Random schedules. The fine ones look at the pool after every microtask; the coarse ones compare it
// with a model. What fails is shrunk to the shortest schedule that does.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import "./support/still-clock.js";
import { isDeep, isFull } from "../../../tools/testing/depth.js";
import type { Finished } from "../src/index.js";
import { counters } from "./support/counters.js";
import { type Call, Driver } from "./support/driver.js";
import type { TestJob } from "./support/jobs.js";
import { afterEveryMicrotask } from "./support/activity.js";
import { type Fate, isFunction, Model } from "./support/model.js";
import { type Schedule, schedules } from "./support/schedule.js";
import { nextTurn } from "./support/settle.js";
import { fakeTime } from "./support/time.js";
import { statuses } from "./support/watch.js";

function fateOf({ outcome: { status, reason } }: Call): Fate {
  if (status !== "rejected") return status;
  if (reason === "cancelled") return "cancelled";
  const { code, name } = (reason ?? {}) as { code?: Fate; name?: Fate };
  if (name === "TimeoutError") return name;
  return code ?? "failed";
}

/** The same as `toEqual`, but quick when all is well. */
function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

/** Each offer has come to exactly one end, every caller has been told, and nothing has run twice. */
async function expectEnd(driver: Driver): Promise<void> {
  const { pool, offers, others, tried } = driver;
  await driver.finish();
  const { skipped, unread } = await pool.shutdown();

  expect(pool.state).toBe("terminated");
  const calls = [...offers, ...others].map(({ outcome }) => outcome);
  expect(statuses([...calls, ...driver.verbs])).not.toContain("pending");

  const read = others.map(({ outcome }) => outcome.value as Finished<TestJob> | undefined);
  const results = [...tried, ...unread, ...read].filter((result) => result !== undefined);
  if (driver.discards) expectSame(results, []);
  for (const offer of offers) {
    const { job } = offer;
    const ends = results.filter((result) => result.job === job).map(({ attempts }) => attempts);
    const skips = skipped.filter((it) => it === job).length;
    const fate = fateOf(offer);
    const isRefused = fate.startsWith("ERR") || offer.outcome.value === false;
    const wasTold = fate === "fulfilled" || fate === "failed" || fate === "TimeoutError";
    if (isFunction(offer)) {
      expectSame([ends, skips], [[], 0]);
      // One that was cancelled may have been run before.
      if (isRefused || wasTold) expectSame(job.runs > 0, !isRefused);
    } else if (isRefused || !wasTold || skips > 0) {
      expectSame([job.runs, ends, skips], [0, [], isRefused || !wasTold ? 0 : 1]);
    } else {
      expectSame([job.runs > 0, ends], [true, driver.discards ? [] : [job.runs]]);
    }
    const { retry } = offer.extras;
    if (job.runs > 1 + (retry?.times ?? 0)) expect(job.runs).toBe(1 + (retry?.times ?? 0));
  }
  expect([...driver.problems]).toEqual([]);
}

async function playFine(schedule: Schedule): Promise<void> {
  const driver = new Driver(schedule);
  const stop = afterEveryMicrotask(() => driver.look());
  try {
    for (const command of schedule.commands) {
      if (command.do === "microtask") await Promise.resolve();
      else if (command.do === "settle") await nextTurn();
      else driver.apply(command);
      driver.look();
    }
    await expectEnd(driver);
  } finally {
    stop();
  }
}

async function playCoarse(schedule: Schedule): Promise<void> {
  const driver = new Driver(schedule);
  const { pool, offers, others } = driver;
  const model = new Model(schedule);
  const expectNow = () => {
    expectSame(
      [pool.state, pool.paused, counters(pool.stats)],
      [model.state, model.paused, counters(model.stats)],
    );
  };
  const expectSettled = async () => {
    await nextTurn();
    model.settle();
    expectNow();
    const calls = [...offers, ...others];
    expectSame(
      calls.map(fateOf),
      calls.map((call) => model.fates.get(call) ?? "pending"),
    );
  };

  for (const command of schedule.commands) {
    if (command.do === "microtask") continue;
    if (command.do === "settle") {
      await expectSettled();
      continue;
    }
    model.apply(command, driver.apply(command));
    expectNow();
  }
  await expectSettled();
  await expectEnd(driver);
}

const numRuns = isDeep ? 10_000 : isFull ? 1000 : 200;

describe("WorkerPool", () => {
  describe("in random schedules", () => {
    // Two hundred take two seconds, but the machine may be busy.
    const patience = 60_000 + 20 * numRuns;
    fakeTime();

    it(
      "P11: obeys the law of counters after every microtask, and loses nothing",
      () => fc.assert(fc.asyncProperty(schedules("fine"), playFine), { numRuns }),
      patience,
    );

    it(
      "P1 to P23: does what a pool of lists and counters does",
      () => fc.assert(fc.asyncProperty(schedules("coarse"), playCoarse), { numRuns }),
      patience,
    );
  });
});
