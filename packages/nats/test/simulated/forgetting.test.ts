// How what is told is forgotten, and what a killed server brings back.

import { beforeEach, expect, it, jest } from "@jest/globals";

import { toFrame } from "../../src/codec/frame.js";
import { dropGhosts } from "../../src/server/ghosts.js";
import type { FakeStream } from "../support/fake-streams.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();
const dedupe = 1000;

beforeEach(() => {
  jest.useFakeTimers();
});

const stream = (role: string): FakeStream => simulation.server.stream("p", role);
const seqs = (role: string): readonly number[] => stream(role).seqs;

/** Time, until all of these are forgotten. */
async function forgetting(): Promise<void> {
  for (let i = 0; i < 10; i++) await simulation.pass(400);
}

/** A pool whose jobs, from 1 to `count`, were told. */
async function told(count: number) {
  const pool = await simulation.open({ dedupe });
  const crew = await simulation.serve();
  for (let n = 1; n <= count; n++) {
    await pool.queue("double", n);
    await pool.retrieve();
  }
  return { pool, crew };
}

it("D4: what is told is forgotten after dedupe, but for the newest", async () => {
  await told(4);
  expect(["RUN", "DONE", "TOLD"].map((role) => seqs(role).length)).toEqual([4, 4, 4]);
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([[4], [4], [4]]);
});

it("D4: what is not told stays, and those behind it go one by one", async () => {
  const { pool } = await told(1);
  await simulation.serve(2);
  await pool.queue("hold", 9);
  await simulation.turns();
  for (let n = 3; n <= 5; n++) {
    await pool.queue("double", n);
    await pool.retrieve();
  }
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([[2, 5], [4], [4]]);
  simulation.end(9);
  expect((await pool.retrieve())?.output).toBe(9);
});

it("D5: what has ended, and a killed server brings back below the floor, takes up no room for long", async () => {
  const { pool, crew } = await told(3);
  const wait = stream("WAIT");
  const bringBack = (number: number): void => {
    const entry = stream("RUN").messages.get(number)!;
    wait.messages.set(number, { ...entry, subject: "chankit.p.wait" });
  };
  for (const number of [1, 2]) bringBack(number);
  await simulation.pass(400);
  expect(wait.seqs).toEqual([]);
  expect(await pool.stats()).toMatchObject({ accepted: 3, waiting: 0 });
  await crew.close();
  await pool.queue("double", 4);
  const stopped = pool.stop();
  await simulation.turns();
  await simulation.pass(1000);
  await stopped;
  bringBack(4);
  wait.consumer!.delivered = 4;
  await simulation.pass(400);
  expect(wait.seqs).toEqual([]);
});

it("D5: however much comes back, it is not looked through at one go", async () => {
  await told(1);
  const [wait, run, done] = [stream("WAIT"), stream("RUN"), stream("DONE")];
  for (let number = 1; number <= 201; number++) {
    for (const [role, it] of Object.entries({ run, done })) {
      const subject = `chankit.p.${role}.${number}`;
      it.messages.set(number, { ...it.messages.get(1)!, subject });
    }
    wait.messages.set(number, { ...run.messages.get(1)!, subject: "chankit.p.wait" });
  }
  wait.consumer!.delivered = 201;
  await dropGhosts(simulation.ledger());
  expect(wait.seqs).toEqual([201]);
});

it("D5: what is in progress, and of what nothing is known, stays there, wherever the server says that the floor is", async () => {
  const { pool } = await told(1);
  await pool.queue("hold", 9);
  await simulation.turns();
  const wait = stream("WAIT");
  const data = toFrame({ id: "other", task: "double", kind: "json" });
  for (const number of [1, 3]) {
    wait.messages.set(number, { subject: "chankit.p.wait", data, at: simulation.server.now });
  }
  wait.consumer!.pending.clear();
  wait.consumer!.delivered = 5;
  for (let i = 0; i < 3; i++) await simulation.pass(400);
  expect(wait.seqs).toEqual([1, 2, 3]);
  simulation.end(9);
  expect((await pool.retrieve())?.output).toBe(9);
});

it("D5: and those above it go with their jobs", async () => {
  const { pool } = await told(1);
  // Another process has the next one in its hands.
  await pool.queue("double", 2);
  await simulation.turns();
  expect((await pool.retrieve())?.output).toBe(4);
  const wait = stream("WAIT");
  wait.consumer!.pending.set(1, { deliveries: 1, until: Infinity });
  wait.messages.set(2, { ...stream("RUN").messages.get(2)!, subject: "chankit.p.wait" });
  await pool.queue("double", 3);
  await pool.retrieve();
  await forgetting();
  expect(wait.seqs).toEqual([]);
});

it("D5: but not a job that has the number of one that was told, nor one of which nothing is known", async () => {
  await told(3);
  const wait = stream("WAIT");
  wait.consumer!.pending.set(1, { deliveries: 1, until: Infinity });
  const head = { id: "other", task: "double", kind: "json" };
  const other = { subject: "chankit.p.wait", data: toFrame(head), at: simulation.server.now };
  wait.messages.set(1, other);
  wait.messages.set(2, other);
  stream("RUN").messages.delete(2);
  await forgetting();
  expect(["RUN", "TOLD"].map(seqs)).toEqual([[3], [3]]);
  expect(wait.seqs).toEqual([1, 2]);
  wait.consumer!.pending.clear();
});

it("D5: entries that come back without their results go too: skipped and told ones do not", async () => {
  const { pool, crew } = await told(3);
  await forgetting();
  const run = stream("RUN");
  const entry = run.messages.get(3)!;
  run.messages.set(2, { ...entry, subject: "chankit.p.run.2" });
  const text = new TextDecoder().decode(entry.data).replace('"fate":"run"', '"fate":"dup"');
  run.messages.set(1, {
    ...entry,
    subject: "chankit.p.run.1",
    data: new TextEncoder().encode(text),
  });
  await simulation.pass(400);
  await simulation.pass(400);
  // A second copy never has a result: that it is there says nothing.
  expect(run.seqs).toEqual([1, 3]);

  await crew.close();
  await pool.queue("double", 4);
  await pool.queue("double", 5);
  const stopped = pool.stop();
  await simulation.pass(1000);
  expect((await stopped).map(({ input }) => input)).toEqual([4, 5]);
  const { seqs: entries } = run;
  await forgetting();
  expect(run.seqs).toEqual(entries);
});

it("D4: a pool that is left while it forgets ends", async () => {
  const { pool } = await told(3);
  await simulation.pass(400);
  simulation.server.gate = (subject) => (subject.includes("STREAM.INFO") ? "hold" : "pass");
  await simulation.pass(400);
  await pool.leave();
  simulation.server.release();
  await simulation.turns();
  expect(jest.getTimerCount()).toBeLessThan(20);
});

it("D4: goes on where a process has ended half way", async () => {
  await told(4);
  const { server } = simulation;
  server.refuses = (subject) => (subject.endsWith("PURGE.chankit-p-TOLD") ? 10100 : undefined);
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([[4], [4], [1, 2, 3, 4]]);
  server.refuses = () => undefined;
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([[4], [4], [4]]);
});

it("D4: goes on where a process has ended half way behind a job that runs for long", async () => {
  const pool = await simulation.open({ dedupe });
  await simulation.serve(2);
  await pool.queue("hold", 9);
  await simulation.turns();
  for (let n = 2; n <= 4; n++) {
    await pool.queue("double", n);
    await pool.retrieve();
  }
  const { server } = simulation;
  server.refuses = (subject) => (subject.endsWith("MSG.DELETE.chankit-p-DONE") ? 10100 : undefined);
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([
    [1, 4],
    [1, 2, 3],
    [1, 2, 3],
  ]);
  server.refuses = () => undefined;
  await forgetting();
  expect(["RUN", "DONE", "TOLD"].map(seqs)).toEqual([[1, 4], [3], [3]]);
  simulation.end(9);
  expect((await pool.retrieve())?.output).toBe(9);
});

it("D4: skipped jobs stay, also those that a crew has seen", async () => {
  const pool = await simulation.open({ dedupe });
  await pool.queue("double", 1);
  await pool.queue("double", 2);
  const stopped = pool.stop();
  await simulation.pass(1000);
  await stopped;
  await simulation.serve();
  await forgetting();
  expect(seqs("RUN")).toEqual([1, 2]);
});
