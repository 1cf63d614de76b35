// How a pool ends while processes come and go, step by step.

import { expect, it, jest } from "@jest/globals";

import { PoolClosedError } from "@chankit/pool";

import { ConnectionClosedError } from "../../src/index.js";
import { GoneError } from "../../src/errors.js";
import { Ledger } from "../../src/server/ledger.js";
import { Link } from "../../src/server/link.js";
import { Names } from "../../src/server/names.js";
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

it("D4: stop skips what another process had taken and has left, when the server gives it back", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await pool.queue("double", 1);
  takenByOther("WAIT");
  const stopped = pool.stop();
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ waiting: 1, skipped: 0 });
  await simulation.pass(500);
  await simulation.pass(1000);
  expect(await stopped).toMatchObject([{ task: "double", input: 1 }]);
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
  const ledger = new Ledger(Link.of(simulation.connection), new Names("p"), 1000);
  await ledger.erase(ledger.names.told, 7);
  server.refuses = (subject) => (subject.includes("MSG.DELETE") ? 10100 : undefined);
  await expect(ledger.erase(ledger.names.told, 7)).rejects.toThrow("refused: 10100");
  server.refuses = () => undefined;
  server.streams.clear();
  await expect(ledger.erase(ledger.names.told, 7)).rejects.toThrow(GoneError);
});
