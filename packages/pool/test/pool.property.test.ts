// Random schedules. The fine ones look at the pool after every microtask; the coarse ones compare it
// with a model. What fails is shrunk to the shortest schedule that does.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import "./support/still-clock.js";
import type { Finished } from "../src/index.js";
import { counters } from "./support/counters.js";
import { type Call, Driver, type Offer } from "./support/driver.js";
import type { TestJob } from "./support/jobs.js";
import { afterEveryMicrotask } from "./support/activity.js";
import { type Fate, isFunction, Model } from "./support/model.js";
import { type Schedule, schedules } from "./support/schedule.js";
import { nextTurn } from "./support/settle.js";
import { statuses } from "./support/watch.js";

function fateOf({ outcome: { status, reason } }: Call): Fate {
  if (status !== "rejected") return status;
  if (reason === "cancelled") return "cancelled";
  const { code } = (reason ?? {}) as { code?: Fate };
  return code ?? "failed";
}

/** Whether its caller was told that the job was accepted, or the function called. */
function ranOrSkipped(offer: Offer): boolean {
  const fate = fateOf(offer);
  return (fate === "fulfilled" || fate === "failed") && offer.outcome.value !== false;
}

/** The same as `toEqual`, but quick when all is well. */
function expectSame(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

/** Each offer has come to exactly one end, every caller has been told, and nothing has run twice. */
async function expectEnd(driver: Driver): Promise<void> {
  const { pool, offers, readers, tried } = driver;
  await driver.finish();
  const { skipped, unread } = await pool.shutdown();

  expect(pool.state).toBe("terminated");
  const calls = [...offers, ...readers].map(({ outcome }) => outcome);
  expect(statuses([...calls, ...driver.verbs])).not.toContain("pending");

  const read = readers.map(({ outcome }) => outcome.value as Finished<TestJob> | undefined);
  const results = [...tried, ...unread, ...read].filter((result) => result !== undefined);
  const ended = results.map(({ job }) => job);
  const times = (job: TestJob, list: readonly TestJob[]) => list.filter((j) => j === job).length;
  for (const offer of offers) {
    const { job } = offer;
    const end = { runs: job.runs, ended: times(job, ended), skipped: times(job, skipped) };
    if (!ranOrSkipped(offer)) expectSame(end, { runs: 0, ended: 0, skipped: 0 });
    else if (isFunction(offer)) expectSame(end, { runs: 1, ended: 0, skipped: 0 });
    else if (end.skipped > 0) expectSame(end, { runs: 0, ended: 0, skipped: 1 });
    else expectSame(end, { runs: 1, ended: 1, skipped: 0 });
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
  const { pool, offers, readers } = driver;
  const model = new Model(schedule);
  const expectNow = () => {
    expectSame([pool.state, counters(pool.stats)], [model.state, counters(model.stats)]);
  };
  const expectSettled = async () => {
    await nextTurn();
    model.settle();
    expectNow();
    const calls = [...offers, ...readers];
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

describe("WorkerPool", () => {
  describe("in random schedules", () => {
    // They take about a second, but the machine may be busy.
    const patience = 60_000;

    it(
      "P11: obeys the law of counters after every microtask, and loses nothing",
      () => fc.assert(fc.asyncProperty(schedules("fine"), playFine), { numRuns: 200 }),
      patience,
    );

    it(
      "P1 to P13: does what a pool of lists and counters does",
      () => fc.assert(fc.asyncProperty(schedules("coarse"), playCoarse), { numRuns: 250 }),
      patience,
    );
  });
});
