// How callers queue, step by step: what the server is asked, and what happens meanwhile.

import { expect, it, jest } from "@jest/globals";

import { PoolClosedError } from "@chankit/pool";

import { ApiError } from "../support/fake-streams.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();
const WAIT = "chankit.p.wait";

function holdJobs(): void {
  simulation.server.gate = (subject) => (subject === WAIT ? "hold" : "pass");
}

it("P4: tryQueue behind a caller that found the queue full says false, without asking the server", async () => {
  const pool = await simulation.open({ queueSize: 1 });
  await pool.queue("double", 1);
  const queued = pool.queue("double", 2);
  await simulation.turns();
  const before = simulation.server.heard.length;
  expect(await pool.tryQueue("double", 3)).toBe(false);
  expect(simulation.server.heard).toHaveLength(before);
  await simulation.serve();
  await queued;
});

it("D2, P3: many callers that wait for room are let in together, in their order", async () => {
  const pool = await simulation.open({ queueSize: 40 });
  await Promise.all(Array.from({ length: 40 }, (_, n) => pool.queue("double", n)));
  const queued = Array.from({ length: 80 }, (_, n) => pool.queue("double", 40 + n));
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ waiting: 40, blocked: 80 });
  await simulation.serve(4);
  await Promise.all(queued);
  void pool.close();
  const inputs: number[] = [];
  for await (const { input } of pool) inputs.push(Number(input));
  expect(inputs.sort((a, b) => a - b)).toEqual(Array.from({ length: 120 }, (_, n) => n));
});

/** How often the server was asked how many jobs have left WAIT. */
function asked(): number {
  return simulation.server.heard.filter((it) => it.endsWith("STREAM.INFO.chankit-p-RUN")).length;
}

it("D2, P3: crews say how many jobs have left: the server is not asked for each place", async () => {
  const pool = await simulation.open({ queueSize: 2 });
  await simulation.serve();
  await pool.queue("hold", 0);
  await simulation.turns();
  await Promise.all([1, 2].map((n) => pool.queue("double", n)));
  const queued = Array.from({ length: 20 }, (_, n) => pool.queue("double", 3 + n));
  await simulation.turns();
  const before = asked();
  simulation.end(0);
  await Promise.all(queued);
  expect(asked()).toBe(before);
  expect((await pool.stats()).accepted).toBe(23);
});

it.each(["", "100 1 of another pool"])(
  "D2: a word of room that does not tell how much leads to a question (%j)",
  async (text) => {
    const pool = await simulation.open({ queueSize: 1 });
    await pool.queue("double", 1);
    const queued = pool.queue("double", 2);
    await simulation.turns();
    const before = asked();
    simulation.server.tell("chankit.p.hint.room", { data: new TextEncoder().encode(text) });
    await simulation.turns();
    expect(asked()).toBe(before + 1);
    expect(await pool.stats()).toMatchObject({ waiting: 1, blocked: 1 });
    await simulation.serve();
    await queued;
  },
);

it("D2: words of room may be lost: the server is asked after a while", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ queueSize: 1 });
  await pool.queue("double", 1);
  const queued = pool.queue("double", 2);
  await simulation.turns();
  simulation.server.gate = (subject) => (subject.includes(".hint.") ? "drop" : "pass");
  await simulation.serve();
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ waiting: 0, blocked: 1 });
  await simulation.pass(1300);
  await queued;
});

it("D3: a job whose id was given is offered to a full queue, since the server may have it", async () => {
  const pool = await simulation.open({ queueSize: 1 });
  await pool.queue("double", 1, { id: "a" });
  await pool.queue("double", 1, { id: "a" });
  const other = await simulation.open({}, simulation.server.connect());
  const sent = (): number => simulation.server.heard.filter((subject) => subject === WAIT).length;
  const before = sent();
  expect(await other.tryQueue("double", 2)).toBe(false);
  expect(sent()).toBe(before);
  await other.queue("double", 1, { id: "a" });
  expect(await pool.stats()).toMatchObject({ accepted: 1 });
});

it("D2: a process that reads results knows by them how many jobs have left: the server is not asked", async () => {
  const pool = await simulation.open({ queueSize: 2 });
  await simulation.serve();
  await Promise.all([1, 2].map((n) => pool.queue("double", n)));
  await pool.retrieve();
  await pool.retrieve();
  const before = asked();
  await Promise.all([3, 4].map((n) => pool.queue("double", n)));
  expect(asked()).toBe(before);
});

it("D5: large jobs do not travel together: no more than some bytes at a time", async () => {
  const pool = await simulation.open();
  const big = "x".repeat(200_000);
  holdJobs();
  const queued = [1, 2].map(() => pool.queue("double", big as never));
  await simulation.turns();
  expect(simulation.server.heard.filter((subject) => subject === WAIT)).toEqual([]);
  simulation.server.release();
  await Promise.all(queued);
  expect(await pool.stats()).toMatchObject({ waiting: 2 });
});

it("D3: ids of any length travel, but not in the message behind theirs; half a character is none", async () => {
  const pool = await simulation.open();
  const ids = ["x".repeat(5000), "y", "ü".repeat(9)];
  await Promise.all(ids.map((id, n) => pool.queue("double", n, { id })));
  await pool.queue("double", 4, { id: ids[0] });
  expect(await pool.stats()).toMatchObject({ accepted: 3 });
  await expect(pool.queue("double", 1, { id: "\ud800" })).rejects.toThrow(TypeError);
  const large = "z".repeat((1 << 20) - 5000);
  await expect(pool.queue("double", large as never, { id: ids[0] })).rejects.toThrow(RangeError);
});

it("D1: a job that is on its way when another process closes is refused, if the server has it not", async () => {
  const pool = await simulation.open();
  const other = await simulation.open({}, simulation.server.connect());
  holdJobs();
  const queued = pool.queue("double", 1);
  await simulation.turns();
  await other.close();
  simulation.server.release();
  await expect(queued).rejects.toThrow(PoolClosedError);
  expect(await pool.stats()).toMatchObject({ accepted: 0 });
});

it("D5: a stream that does not listen yet, while its server starts, is asked again", async () => {
  const pool = await simulation.open();
  const { config } = simulation.server.stream("p", "WAIT");
  simulation.server.stream("p", "WAIT").config = { ...config, subjects: [] };
  const queued = pool.queue("double", 1);
  await simulation.turns();
  simulation.server.stream("p", "WAIT").config = config;
  await queued;
  expect(await pool.stats()).toMatchObject({ accepted: 1 });
});

it("D5: what the server refuses for another reason is told; others of the line go on", async () => {
  const pool = await simulation.open();
  const wait = simulation.server.stream("p", "WAIT");
  const store = wait.store.bind(wait);
  wait.store = (...args) => {
    if (new TextDecoder().decode(args[1]).endsWith("\n1")) throw new ApiError(10054, "too large");
    return store(...args);
  };
  const queued = [1, 2].map((n) => pool.queue("double", n));
  await expect(queued[0]).rejects.toMatchObject({ message: "too large", code: 10054 });
  await queued[1];
  expect(await pool.stats()).toMatchObject({ accepted: 1 });
});

it("P4: callers that the server was asked about are refused, or withdrawn, as soon as it says no", async () => {
  const pool = await simulation.open();
  const other = await simulation.open({}, simulation.server.connect());
  await pool.queue("double", 0);
  const leaver = new AbortController();
  simulation.server.gate = (subject) => (subject === WAIT ? "hold" : "pass");
  const aborted = pool.queue("double", 1, { signal: leaver.signal });
  await simulation.turns();
  leaver.abort("left");
  // Another process takes the place that it was sent for.
  simulation.server.gate = () => "pass";
  await other.queue("double", 2);
  simulation.server.release();
  await expect(aborted).rejects.toBe("left");

  holdJobs();
  const refused = pool.queue("double", 3);
  await simulation.turns();
  simulation.server.gate = () => "pass";
  await other.queue("double", 4);
  // Its own close is known here at once; that WAIT is sealed comes later.
  simulation.server.gate = (subject) => (subject.includes("STREAM.INFO") ? "hold" : "pass");
  const closed = pool.close();
  await simulation.turns();
  simulation.server.release();
  await expect(refused).rejects.toThrow(PoolClosedError);
  await simulation.serve();
  await closed;
  expect(await pool.stats()).toMatchObject({ accepted: 3 });
});

it("D3, D5: a job about which the server says nothing is sent again, and accepted once", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  let sent = 0;
  simulation.server.gate = (subject) => (subject === WAIT && ++sent <= 2 ? "mute" : "pass");
  const queued = pool.queue("double", 1);
  await simulation.turns();
  await simulation.pass(4300);
  await queued;
  expect((await pool.stats()).accepted).toBe(1);
  expect(sent).toBe(3);
});

it("D5: jobs that are queued together while the connection is broken are accepted when it is back", async () => {
  const pool = await simulation.open();
  await pool.queue("double", 1);
  const [connection] = simulation.server.connections;
  connection!.tellStatus("disconnect");
  await simulation.turns();
  const queued = Promise.all([pool.queue("double", 2), pool.queue("double", 3)]);
  await simulation.turns();
  expect(simulation.server.stream("p", "WAIT").last).toBe(1);
  connection!.tellStatus("reconnect");
  await queued;
  expect(await pool.stats()).toMatchObject({ waiting: 3 });
});
