// How results are claimed, given back and told, step by step.

import { expect, it, jest } from "@jest/globals";

import { ApiError } from "../support/fake-streams.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();

it("D7: a claim whose answer was lost is recognized: the result is told", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  simulation.server.gate = (subject) => (subject.includes(".told.") ? "mute" : "pass");
  const result = pool.retrieve();
  await simulation.turns();
  simulation.server.gate = () => "pass";
  await simulation.server.reconnect();
  expect((await result)?.output).toBe(2);
  expect(await pool.stats()).toMatchObject({ accepted: 1, retrieved: 1 });
});

it("D5: a claim about which the server says nothing, nor about its stream, is made again", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  const { server } = simulation;
  let claims = 0;
  server.gate = (subject) => (subject.includes(".told.") && ++claims === 1 ? "drop" : "pass");
  server.refuses = (subject) => (subject.includes("STREAM.INFO") ? 10_008 : undefined);
  const result = pool.retrieve();
  await simulation.turns();
  await simulation.pass(2100);
  expect((await result)?.output).toBe(2);
  expect(claims).toBe(2);
});

it("D3: what another process has claimed is not told here", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  simulation.claimedByOther(1, false);
  expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
  await pool.close();
  expect(await pool.retrieve()).toBeUndefined();
});

it("D7: a result is not lost with a process that dies while it gives it back", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  simulation.claimedByOther(1, true);
  expect(await pool.stats()).toMatchObject({ finished: 1, retrieved: 0 });
  expect((await pool.retrieve())?.output).toBe(2);
  await pool.close();
  expect(await pool.retrieve()).toBeUndefined();
  expect(await pool.stats()).toMatchObject({ finished: 0, retrieved: 1 });
});

it("D7: shutdown gives back what a dead process had in its hands, when the server does", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  simulation.claimedByOther(1, true);
  // It was delivered to that process.
  const done = simulation.server.stream("p", "DONE");
  done.consumer!.pulls.push({ inbox: "nowhere", left: 1, until: Infinity });
  simulation.server.pass(0);
  const shut = pool.shutdown();
  await simulation.turns();
  expect(simulation.server.stream("p", "TOLD").messages.size).toBe(0);
  simulation.server.pass(2000);
  expect((await shut).unread).toMatchObject([{ output: 2 }]);
});

it("D7: what is claimed when its process leaves is given back, also what tryRetrieve has asked for", async () => {
  const pool = await simulation.open();
  const leaving = await simulation.open({}, simulation.server.connect());
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".told.") ? "hold" : "pass");
  const tried = leaving.tryRetrieve();
  while (!server.isHolding) await simulation.turns();
  const left = leaving.leave();
  server.release();
  await left;
  expect(await tried).toEqual({ finished: undefined, done: true });
  expect(await pool.stats()).toMatchObject({ finished: 1 });
  expect((await pool.retrieve())?.output).toBe(2);
});

it("D7: and what no receiver has come for when it leaves", async () => {
  const pool = await simulation.open();
  const leaving = await simulation.open({}, simulation.server.connect());
  await simulation.serve();
  const leaver = new AbortController();
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".told.") ? "hold" : "pass");
  const reader = leaving.retrieve({ signal: leaver.signal }).catch(() => undefined);
  await pool.queue("double", 1);
  while (!server.isHolding) await simulation.turns();
  leaver.abort();
  await reader;
  server.release();
  await simulation.turns();
  await leaving.leave();
  expect(await pool.stats()).toMatchObject({ finished: 1 });
});

it("D5: a result that cannot be claimed now is left to the server, and claimed later", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  const told = simulation.server.stream("p", "TOLD");
  const store = told.store.bind(told);
  let failures = 0;
  told.store = (...args) => {
    if (failures++ < 2) throw new ApiError(10077, "no room");
    return store(...args);
  };
  await pool.queue("double", 1);
  expect((await pool.retrieve())?.output).toBe(2);
  expect(failures).toBe(3);
});

it("D7: results that were claimed for a receiver that has left are kept for a moment, and no longer", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve();
  const leaver = new AbortController();
  const left = pool.retrieve({ signal: leaver.signal }).catch(() => undefined);
  simulation.server.gate = (subject) => (subject.includes(".told.") ? "hold" : "pass");
  await pool.queue("double", 1);
  await simulation.turns();
  leaver.abort();
  await left;
  simulation.server.release();
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ retrieved: 1 });
  await simulation.pass(100);
  expect(await pool.stats()).toMatchObject({ finished: 1, retrieved: 0 });
  expect((await pool.retrieve())?.output).toBe(2);
});
