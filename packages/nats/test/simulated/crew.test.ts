// What a crew does with pulls and deliveries, step by step.

import { expect, it, jest } from "@jest/globals";

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

it.each([
  // Its look for what was left is over, or serves as the pull.
  ["for it", 200, 600],
  ["to look for what was left", 0, 150],
])(
  "D3: a pull that was made %s, and ends while its job is still being moved, is made again: the job runs at once",
  async (_, before, ms) => {
    jest.useFakeTimers();
    const pool = await simulation.open();
    await simulation.serve();
    await simulation.turns();
    await simulation.pass(before);
    const { server } = simulation;
    server.gate = (subject) => (subject.includes(".run.") ? "hold" : "pass");
    await pool.queue("double", 1);
    await simulation.turns();
    server.pass(ms);
    await simulation.turns();
    server.release();
    await simulation.turns();
    // No time has passed for the crew.
    expect(await pool.stats()).toMatchObject({ finished: 1 });
  },
);

it("D3: one that ends after its job went elsewhere leads to a look for what was left", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve();
  await simulation.turns();
  await simulation.pass(200);
  const { server } = simulation;
  const run = server.stream("p", "RUN");
  // A pull of another crew stands before.
  run.consumer!.pulls.push({ inbox: "nowhere", left: 1, until: Infinity });
  await pool.queue("double", 1);
  await simulation.turns();
  const looks = (): number =>
    server.heard.filter((it) => it.includes("MSG.NEXT.chankit-p-RUN")).length;
  const before = looks();
  server.pass(600);
  await simulation.turns();
  expect(looks()).toBe(before + 1);
  server.pass(30_000);
  await simulation.pass(1000);
  expect((await pool.retrieve())?.attempts).toBe(2);
});

it("D6: a crew that stops leaves a job that comes late to others", async () => {
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await simulation.turns();
  const { server } = simulation;
  server.gate = (subject) => (subject.includes(".run.") ? "hold" : "pass");
  await pool.queue("double", 1);
  await simulation.turns();
  const stopped = crew.stop();
  server.release();
  await stopped;
  expect(await pool.stats()).toMatchObject({ inProgress: 1, finished: 0 });
  expect(crew.stats.accepted).toBe(0);
  await simulation.serve();
  expect((await pool.retrieve())?.output).toBe(2);
});

it("D3: a job that is delivered again while it runs here is not begun again, and is acknowledged once it has ended", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  await simulation.serve(2);
  await pool.queue("hold", 5);
  await simulation.turns();
  const run = simulation.server.stream("p", "RUN");
  // A killed server has forgotten that it delivered it.
  run.consumer!.pending.clear();
  run.consumer!.delivered = 0;
  await simulation.pass(1000);
  await simulation.pass(1000);
  expect(run.consumer!.pending.size).toBe(1);
  simulation.end(5);
  await simulation.turns();
  expect([run.consumer!.pending.size, run.consumer!.floor]).toEqual([0, 1]);
  expect((await pool.retrieve())?.attempts).toBe(1);
});

it("D3: a job that has ended is not run again, though a killed server delivers it as if for the first time, much later", async () => {
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await pool.queue("double", 1);
  await pool.retrieve();
  const { consumer } = simulation.server.stream("p", "RUN");
  const forget = (): void => {
    consumer!.pending.clear();
    consumer!.delivered = 0;
  };
  await simulation.server.reconnect();
  await simulation.turns();
  forget();
  await pool.queue("double", 2);
  await pool.retrieve();
  expect(crew.stats.accepted).toBe(2);
  // One that came after the kill does not know of it.
  await crew.close();
  forget();
  const later = await simulation.serve();
  await simulation.turns();
  expect(later.stats.accepted).toBe(0);
  expect(await pool.stats()).toMatchObject({ accepted: 2, retrieved: 2 });
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
