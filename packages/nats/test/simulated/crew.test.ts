// What a crew does with pulls and deliveries, step by step.

import { expect, it, jest } from "@jest/globals";

import { toFrame } from "../../src/codec/frame.js";
import { Link } from "../../src/server/link.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();

it("D6: an idle crew pulls again when its pulls have ended", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve();
  await simulation.turns();
  await simulation.pass(11_000);
  await pool.queue("double", 1);
  expect((await pool.retrieve())?.output).toBe(2);
});

it("D6: a job that comes for a pull that was given up, when no worker is free, waits here for one: it is not given back", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ lease: 3000 });
  const { server } = simulation;
  server.gate = (subject) => (subject.includes("MSG.NEXT") ? "hold" : "pass");
  await simulation.serve();
  await simulation.turns();
  server.gate = () => "pass";
  for (let i = 0; i < 13; i++) await simulation.pass(1000);
  await pool.queue("hold", 1);
  await pool.queue("double", 2);
  await simulation.turns();
  server.release();
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ inProgress: 2 });
  // Its lease is renewed, as that of the one that runs.
  for (let i = 0; i < 5; i++) await simulation.pass(1000);
  simulation.end(1);
  const results = [await pool.retrieve(), await pool.retrieve()];
  expect(results).toMatchObject([
    { output: 1, attempts: 1 },
    { output: 4, attempts: 1 },
  ]);
});

it("D3, D6: a crew that stops runs a job whose fate is being written: to leave it to others would count as a run", async () => {
  const pool = await simulation.open({ retries: 0 });
  const crew = await simulation.serve();
  await simulation.turns();
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".run.") ? "hold" : "pass");
  await pool.queue("double", 1);
  await simulation.turns();
  const stopped = crew.stop();
  server.release();
  await stopped;
  expect(await pool.stats()).toMatchObject({ inProgress: 0, finished: 1 });
  expect(await pool.retrieve()).toMatchObject({ output: 2, attempts: 1 });
});

it("D3, D6: a crew that stops runs what comes late from a crew that has died, too", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ lease: 3000, retries: 1 });
  await simulation.orphan(pool, 7);
  const crew = await simulation.serve();
  await simulation.turns();
  // Its lease ends while the crew stops, and takes its pulls back.
  const stopped = crew.stop();
  await simulation.pass(3000);
  simulation.end(7);
  await stopped;
  await simulation.serve();
  await simulation.pass(3000);
  simulation.end(7);
  expect(await pool.retrieve()).toMatchObject({ output: 7, attempts: 2 });
  expect(crew.stats.accepted).toBe(1);
});

it.each(["close", "stop"] as const)(
  "D6: a job that comes while its crew is to %s",
  async (verb) => {
    const pool = await simulation.open();
    const crew = await simulation.serve();
    await simulation.turns();
    const { server } = simulation;
    // The pull that the crew has made is on its way still.
    server.stream("p", "WAIT").consumer!.pulls.splice(0);
    await pool.queue("double", 1);
    const ended = crew[verb]();
    const inbox = server.connections[1]!.subscriptions;
    const lane = [...inbox].find(({ subject }) => subject.startsWith("_INBOX"))!.subject;
    server.stream("p", "WAIT").consumer!.pulls.push({
      inbox: lane.replace("*", "0"),
      left: 1,
      until: Infinity,
    });
    server.pass(0);
    await ended;
    // One that is to stop gives it back: no crew has begun it, so that counts for nothing.
    const counts = verb === "close" ? { finished: 1, waiting: 0 } : { finished: 0, waiting: 1 };
    expect(await pool.stats()).toMatchObject(counts);
    if (verb === "stop") await simulation.serve();
    expect(await pool.retrieve()).toMatchObject({ output: 2, attempts: 1 });
  },
);

it("D3: a job that is delivered again while it runs here is not begun again, and is acknowledged once it has ended", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve(2);
  await pool.queue("hold", 5);
  await simulation.turns();
  const { consumer, seqs } = simulation.server.stream("p", "WAIT");
  expect(seqs).toEqual([1]);
  // A killed server has forgotten that it delivered it.
  consumer!.pending.clear();
  consumer!.delivered = 0;
  await simulation.pass(1000);
  await simulation.pass(1000);
  expect(consumer!.pending.size).toBe(1);
  simulation.end(5);
  await simulation.turns();
  expect([consumer!.pending.size, consumer!.floor]).toEqual([0, 1]);
  expect(simulation.server.stream("p", "WAIT").seqs).toEqual([]);
  expect((await pool.retrieve())?.attempts).toBe(1);
});

it("D3: one that runs at another crew, and that a killed server delivers as if for the first time, is left to that crew", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await pool.queue("hold", 5);
  await simulation.turns();
  const other = await simulation.serve();
  const { consumer } = simulation.server.stream("p", "WAIT");
  consumer!.pending.clear();
  consumer!.delivered = 0;
  await simulation.turns();
  expect(consumer!.pending.size).toBe(1);
  // The crew that runs it renews the lease.
  for (let i = 0; i < 5; i++) await simulation.pass(10_000);
  expect([crew.stats.accepted, other.stats.accepted]).toEqual([1, 0]);
  simulation.end(5);
  expect(await pool.retrieve()).toMatchObject({ output: 5, attempts: 1 });
  expect(other.stats.accepted).toBe(0);
});

it("D3: and is run by the other crew after a lease, if its own has died with the server", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.orphan(pool, 5);
  const { consumer } = simulation.server.stream("p", "WAIT");
  consumer!.pending.clear();
  consumer!.delivered = 0;
  const other = await simulation.serve();
  await simulation.turns();
  await simulation.pass(25_000);
  expect(other.stats.accepted).toBe(0);
  await simulation.pass(5000);
  expect(other.stats.accepted).toBe(1);
  simulation.end(5);
  expect(await pool.retrieve()).toMatchObject({ output: 5, attempts: 2 });
});

it("D3: a job that has ended is not run again, though a killed server brings it back, and delivers it as if for the first time", async () => {
  const pool = await simulation.open();
  const crew = await simulation.serve();
  const wait = simulation.server.stream("p", "WAIT");
  await pool.queue("double", 1);
  const job = wait.messages.get(1)!;
  await pool.retrieve();
  const bringBack = (): void => {
    wait.messages.set(1, job);
    wait.consumer!.pending.clear();
    wait.consumer!.delivered = 0;
  };
  await simulation.server.reconnect();
  await simulation.turns();
  bringBack();
  await pool.queue("double", 2);
  await pool.retrieve();
  expect(crew.stats.accepted).toBe(2);
  // One that came after the kill does not know of it.
  await crew.close();
  bringBack();
  const later = await simulation.serve();
  await simulation.turns();
  expect(later.stats.accepted).toBe(0);
  expect(wait.seqs).toEqual([]);
  expect(await pool.stats()).toMatchObject({ accepted: 2, retrieved: 2 });
});

it("D3: one that was told and forgotten is not run by a crew that had stalled since it got the job", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ lease: 3000, dedupe: 1000 });
  const stalled = await simulation.serve();
  await simulation.turns();
  const { server } = simulation;
  let crew = "";
  server.gate = (subject, text) => {
    const [, by = ""] = /"by":"(\w+)"/u.exec(text) ?? [];
    if (subject.endsWith(".run.1")) crew ||= by;
    if (text === "+WPI") return "drop";
    return by !== "" && by === crew ? "hold" : "pass";
  };
  await pool.queue("double", 1);
  await simulation.turns();
  await simulation.serve();
  await simulation.pass(3000);
  expect((await pool.retrieve())?.attempts).toBe(1);
  // The newest of all is kept.
  await pool.queue("double", 2);
  await pool.retrieve();
  for (let i = 0; i < 10; i++) await simulation.pass(400);
  expect(server.stream("p", "RUN").seqs).toEqual([2]);
  server.release();
  await simulation.turns();
  expect(stalled.stats.accepted).toBe(0);
  expect(await pool.stats()).toMatchObject({ accepted: 2, retrieved: 2 });
});

it("D5: a job that has the number of one that runs here, given twice by a killed server, is another job", async () => {
  const pool = await simulation.open();
  await simulation.serve(2);
  await pool.queue("hold", 5);
  await simulation.turns();
  const { server } = simulation;
  const wait = server.stream("p", "WAIT");
  // Its lease has ended meanwhile, another crew has run it: so WAIT was empty.
  const head = { id: "other", task: "double", kind: "json" } as const;
  wait.messages.clear();
  wait.last = 0;
  wait.consumer!.pending.clear();
  wait.consumer!.delivered = 0;
  wait.store(
    "chankit.p.wait",
    toFrame(head, new TextEncoder().encode("6")),
    undefined,
    server.now + 1,
  );
  server.pass(1);
  expect(await pool.retrieve()).toMatchObject({ id: "other", output: 12 });
  simulation.end(5);
  expect((await pool.retrieve())?.output).toBe(5);
});

it("D4: a crew skips what it pulls after a stop, and runs again what was in progress", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open({ lease: 3000 });
  await simulation.orphan(pool, 1);
  await pool.queue("double", 2);
  const { server } = simulation;
  // What waits cannot be read.
  server.refuses = (subject) =>
    subject === "$JS.API.STREAM.MSG.GET.chankit-p-WAIT" ? 10100 : undefined;
  await expect(pool.stop()).rejects.toThrow("refused: 10100");
  await simulation.serve();
  await simulation.turns();
  expect(await pool.stats()).toMatchObject({ skipped: 1, inProgress: 1 });
  server.refuses = () => undefined;
  await simulation.pass(3000);
  simulation.end(1);
  const stopped = pool.stop();
  await simulation.pass(1000);
  expect(await stopped).toMatchObject([{ input: 2 }]);
  expect(await pool.retrieve()).toMatchObject({ input: 1, attempts: 2 });
});

it("D6: a crew that is closed while it looks for its pool, and the server is away, ends", async () => {
  jest.useFakeTimers();
  simulation.server.connections[0]!.tellStatus("disconnect");
  Link.of(simulation.connection);
  await simulation.turns();
  const crew = await simulation.serve(1, simulation.connection);
  await simulation.turns();
  const closed = crew.close();
  await simulation.pass(500);
  await closed;
});

it("D6: a crew serves a pool that is made anew while the one before it is being left", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await simulation.turns();
  await pool.destroy();
  await simulation.turns();
  const again = await simulation.open({}, simulation.server.connect());
  await simulation.pass(1000);
  await again.queue("double", 3);
  expect((await again.retrieve())?.output).toBe(6);
  await crew.close();
});
