// How a pool ends while processes come and go, step by step.

import { expect, it, jest } from "@jest/globals";

import { PoolClosedError } from "@chankit/pool";

import { ConnectionClosedError } from "../../src/index.js";
import { GoneError } from "../../src/errors.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();

/** Another process takes what a stream has, and says nothing more. */
function takenByOther(role: "WAIT" | "RUN" | "DONE"): void {
  const { consumer } = simulation.server.stream("p", role);
  consumer!.pulls.push({ inbox: "nowhere", left: 1, until: Infinity });
  simulation.server.pass(0);
}

it("P7: tryRetrieve on a pool that closes and has jobs yet says that there may be more", async () => {
  const pool = await simulation.open();
  await pool.queue("double", 1);
  const closed = pool.close();
  await simulation.turns();
  expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
  await simulation.serve();
  await closed;
  expect((await pool.tryRetrieve()).finished?.output).toBe(2);
  expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
});

it("D4: stop skips what another process has taken and not begun; that one finds it skipped", async () => {
  const pool = await simulation.open();
  await pool.queue("double", 1);
  takenByOther("WAIT");
  expect(await pool.stop()).toMatchObject([{ task: "double", input: 1 }]);
  expect(simulation.server.stream("p", "WAIT").seqs).toEqual([]);
});

it("D4, D7: stop takes no job from the crew that runs it, nor what that has left to another one", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ lease: 3000 });
  await simulation.orphan(pool, 1);
  await pool.queue("double", 2);
  const stopped = pool.stop();
  await simulation.turns();
  const wait = simulation.server.stream("p", "WAIT");
  // Nothing of it was delivered by that.
  expect([wait.seqs, wait.consumer!.pending.get(1)?.deliveries]).toEqual([[1], 1]);
  expect(await pool.stats()).toMatchObject({ skipped: 1, inProgress: 1 });
  await simulation.pass(3000);
  await simulation.serve();
  await simulation.turns();
  simulation.end(1);
  await simulation.pass(1000);
  expect(await stopped).toMatchObject([{ input: 2 }]);
  expect(await pool.retrieve()).toMatchObject({ output: 1, attempts: 2 });
});

it("D4: stop removes what has ended, and is in the queue still since its crew died before it said so", async () => {
  const pool = await simulation.open();
  const { server } = simulation;
  server.gate = (subject) =>
    subject.startsWith("$JS.ACK.") || subject.includes(".fail.") ? "drop" : "pass";
  const lost = server.connect();
  await simulation.serve(2, lost);
  await pool.queue("fail", 1);
  await pool.queue("double", 2);
  await simulation.turns();
  await lost.close();
  server.gate = () => "pass";
  const wait = server.stream("p", "WAIT");
  expect(wait.seqs).toEqual([1, 2]);
  expect(await pool.stop()).toEqual([]);
  expect(wait.seqs).toEqual([]);
  expect(await pool.stats()).toMatchObject({ accepted: 2, finished: 2, failed: 1 });
});

it("D5: stop looks again for what ends meanwhile, should a killed server have forgotten where the queue ended", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("hold", 1);
  await simulation.turns();
  const { server } = simulation;
  server.stream("p", "RUN").store("chankit.p.run.2", new Uint8Array(), undefined, 0);
  server.stream("p", "DONE").store("chankit.p.done.2", new Uint8Array(), undefined, 0);
  server.gate = (subject) => {
    if (subject.includes("STREAM.LIST")) return "hold";
    return subject.startsWith("$JS.ACK.") ? "drop" : "pass";
  };
  const stopped = pool.stop();
  await simulation.turns();
  simulation.end(1);
  await simulation.turns();
  const wait = server.stream("p", "WAIT");
  server.release();
  await simulation.turns();
  // It may be one that waits, for all that the counters can tell.
  expect(wait.seqs).toEqual([1]);
  await simulation.pass(250);
  expect(wait.seqs).toEqual([]);
  await simulation.pass(1000);
  expect(await stopped).toEqual([]);
});

it("D4: a stop whose process dies when it has skipped half of a job is carried on", async () => {
  const first = await simulation.open();
  await first.queue("double", 1);
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".skip.") ? "drop" : "pass");
  const dead = first.stop().catch(() => "dead");
  await simulation.turns();
  await simulation.connection.close();
  await dead;
  server.gate = () => "pass";
  const next = await simulation.open({}, server.connect());
  expect(await next.stop()).toMatchObject([{ input: 1 }]);
});

it("D4: stop goes through a queue of any length, with gaps, by several processes", async () => {
  const connections = [simulation.connection, simulation.server.connect()];
  const pools = await Promise.all(connections.map((it) => simulation.open({}, it)));
  for (let n = 1; n <= 200; n++) await pools[n % 2]!.queue("double", n);
  const wait = simulation.server.stream("p", "WAIT");
  for (let n = 2; n < 150; n++) {
    // Others have taken these to their end.
    wait.messages.delete(n);
    simulation.server
      .stream("p", "RUN")
      .store(`chankit.p.run.${n}`, new Uint8Array(), undefined, 0);
    simulation.server
      .stream("p", "DONE")
      .store(`chankit.p.done.${n}`, new Uint8Array(), undefined, 0);
  }
  const stopped = await Promise.all(pools.map((pool) => pool.stop()));
  for (const skipped of stopped) {
    expect(skipped.map(({ input }) => input)).toEqual([
      1,
      ...Array.from({ length: 51 }, (_, i) => 150 + i),
    ]);
  }
  expect(wait.seqs).toEqual([]);
});

it("D4: what of a stop has failed is done again", async () => {
  const pool = await simulation.open();
  await pool.queue("double", 1);
  const { server } = simulation;
  let refused = 0;
  // Not an answer that is asked for again by itself.
  server.refuses = (subject) => {
    const isSweep = subject === "$JS.API.STREAM.LIST" && refused++ === 0;
    return isSweep ? 10100 : undefined;
  };
  await expect(pool.stop()).rejects.toThrow("refused: 10100");
  server.refuses = () => undefined;
  expect(await pool.stop()).toMatchObject([{ input: 1 }]);
});

it("D4: a pool that is destroyed while others wait for its end has ended for them", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const other = await simulation.open({}, simulation.server.connect());
  await pool.queue("double", 1);
  const closed = other.close();
  const reader = other.retrieve();
  await simulation.turns();
  // The words do not get through.
  simulation.server.gate = (subject) => (subject.includes(".hint.") ? "drop" : "pass");
  await pool.destroy();
  await simulation.pass(2000);
  await closed;
  expect(await reader).toBeUndefined();
  await expect(other.queue("double", 1)).rejects.toThrow(PoolClosedError);
});

it("D4: reading ends for a reader that comes as the last job ends", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await pool.queue("hold", 7);
  await simulation.turns();
  const closed = pool.close();
  const leaver = new AbortController();
  const first = pool.retrieve({ signal: leaver.signal }).catch(() => "left");
  await simulation.turns();
  leaver.abort();
  expect(await first).toBe("left");
  const second = pool.retrieve();
  simulation.end(7);
  await closed;
  expect((await second)?.output).toBe(7);
  const last = pool.retrieve();
  await simulation.pass(2000);
  expect(await last).toBeUndefined();
  await crew.close();
});

it("D5: what cannot be asked after a reconnect is asked on the next occasion", async () => {
  const pool = await simulation.open();
  const { server } = simulation;
  server.refuses = (subject) => (subject.endsWith("-SIDE") ? 10100 : undefined);
  await server.reconnect();
  await simulation.turns();
  server.refuses = () => undefined;
  await simulation.serve();
  await pool.queue("double", 1);
  expect((await pool.retrieve())?.output).toBe(2);
});

it("D5: while readers wait, pulls that are lost are made again", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  simulation.server.gate = (subject) => (subject.includes("MSG.NEXT") ? "drop" : "pass");
  const result = pool.retrieve();
  await simulation.turns();
  simulation.server.gate = () => "pass";
  await simulation.serve();
  await pool.queue("double", 1);
  for (let i = 0; i < 13; i++) await simulation.pass(1000);
  expect((await result)?.output).toBe(2);
});

it("D5: readers learn the end, though the server could not be asked for it at first", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const { server } = simulation;
  server.refuses = (subject) => (subject.includes("STREAM.LIST") ? 10100 : undefined);
  const reader = pool.retrieve();
  await expect(pool.close()).rejects.toThrow("refused: 10100");
  await simulation.turns();
  server.refuses = () => undefined;
  await simulation.pass(1000);
  expect(await reader).toBeUndefined();
});

it("P7: nothing asks for the end when no reader waits for it any more", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const other = await simulation.open({}, simulation.server.connect());
  await pool.queue("double", 1);
  void other.close().catch(() => undefined);
  const leaver = new AbortController();
  const reader = pool.retrieve({ signal: leaver.signal }).catch(() => "left");
  await simulation.turns();
  await other.leave();
  leaver.abort();
  expect(await reader).toBe("left");
  await simulation.pass(1000);
  await simulation.pass(1000);
  await simulation.serve();
  expect((await pool.retrieve())?.output).toBe(2);
});

it("D5: a call that waits for the connection rejects when that is closed for good", async () => {
  const pool = await simulation.open();
  simulation.server.connections[0]!.tellStatus("disconnect");
  await simulation.turns();
  const asked = pool.stats();
  await simulation.turns();
  await simulation.connection.close();
  await expect(asked).rejects.toThrow(ConnectionClosedError);
});

it("D4: an entry that cannot be deleted is told; that of a pool that is gone, too; one that is not there is no error", async () => {
  await simulation.open();
  const { server } = simulation;
  const ledger = simulation.ledger();
  await ledger.erase(ledger.names.told, 7);
  server.refuses = (subject) => (subject.includes("MSG.DELETE") ? 10100 : undefined);
  await expect(ledger.erase(ledger.names.told, 7)).rejects.toThrow("refused: 10100");
  server.refuses = () => undefined;
  server.streams.clear();
  await expect(ledger.erase(ledger.names.told, 7)).rejects.toThrow(GoneError);
});

it("P5, D4: a stop is heard of before a job begins that waited when it was called, though a worker is free at once", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("hold", 1);
  await pool.queue("double", 2);
  await simulation.turns();
  // It needs nothing that the server has yet to say.
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".API.STREAM.") ? "hold" : "pass");
  const stopped = pool.stop();
  simulation.end(1);
  await simulation.turns();
  server.release();
  expect((await stopped).map(({ input }) => input)).toEqual([2]);
});
