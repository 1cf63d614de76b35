// Pools that are destroyed without a word, and made anew under their names.

import { expect, it, jest } from "@jest/globals";

import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();

/** A pull to a consumer that is not there is lost without a word, as by older servers. */
function silencePulls(): void {
  simulation.server.gate = (subject) => (subject.includes("MSG.NEXT") ? "drop" : "pass");
}

it("D4: the result of a job of a pool that was destroyed is not told by the one that has its name", async () => {
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("hold", 1);
  await simulation.turns();
  await pool.destroy();
  await simulation.turns();
  const again = await simulation.open({}, simulation.server.connect());
  await simulation.turns();
  await again.queue("hold", 2);
  await simulation.turns();
  simulation.end(1);
  await simulation.turns();
  const stats = await again.stats();
  simulation.end(2);
  expect(stats).toMatchObject({ inProgress: 1, finished: 0 });
  expect((await again.retrieve())?.output).toBe(2);
});

it("D4: nor is that one ended, or counted, by calls on the pool that was destroyed", async () => {
  const pool = await simulation.open();
  const again = await simulation.open({}, simulation.server.connect());
  await again.destroy();
  await simulation.turns();
  const next = await simulation.open({}, simulation.server.connect());
  await pool.close();
  expect(await pool.stop()).toEqual([]);
  expect(await pool.shutdown()).toEqual({ skipped: [], unread: [] });
  await expect(pool.stats()).rejects.toThrow("it was destroyed");
  await simulation.turns();
  expect(await next.tryQueue("double", 1)).toBe(true);
});

it("D4: nor does that one take the word that the other was destroyed, which comes late, for its own", async () => {
  const { server } = simulation;
  const pool = await simulation.open();
  server.gate = (subject) => (subject.endsWith("hint.gone") ? "hold" : "pass");
  await pool.destroy();
  const again = await simulation.open({}, server.connect());
  await simulation.turns();
  expect(server.isHolding).toBe(true);
  server.release();
  await simulation.turns();
  expect(await again.tryQueue("double", 1)).toBe(true);
});

it("D4, D5: what was stopped before a connection broke says nothing about the pool that has the name afterwards", async () => {
  jest.useFakeTimers();
  const { server } = simulation;
  const [pool, other] = [await simulation.open(), await simulation.open({}, server.connect())];
  await simulation.serve();
  await simulation.turns();
  await pool.stop();
  await simulation.turns();
  const broken = server.connections.slice(1);
  const deaf = broken.map(({ subscriptions }) => [...subscriptions]);
  for (const connection of broken) {
    connection.tellStatus("disconnect");
    connection.subscriptions.clear();
  }
  await pool.destroy();
  const again = await simulation.open({}, server.connect());
  await again.queue("double", 4);
  for (const [i, connection] of broken.entries()) {
    for (const subscription of deaf[i]!) connection.subscriptions.add(subscription);
    connection.tellStatus("reconnect");
  }
  await simulation.pass(1000);
  expect(await again.stats()).toMatchObject({ finished: 1, skipped: 0 });
  expect(await other.tryRetrieve()).toEqual({ finished: undefined, done: true });
});

it("D4: readers learn that a pool was destroyed without a word from a server that does not answer their pulls", async () => {
  jest.useFakeTimers();
  const pool = await simulation.open();
  const heard: unknown[] = [];
  void pool.retrieve().then((result) => heard.push(result));
  await simulation.turns();
  simulation.server.streams.clear();
  silencePulls();
  for (let i = 0; i < 13; i++) await simulation.pass(1000);
  expect(heard).toEqual([undefined]);
});

it("D4: and so does tryRetrieve", async () => {
  const pool = await simulation.open();
  simulation.server.streams.clear();
  silencePulls();
  await expect(pool.tryRetrieve()).rejects.toThrow("it was destroyed");
  expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
});

it.each([undefined, 10_100])(
  "D6: a crew that could not begin, since the server said %s, looks for its pool again",
  async (code) => {
    jest.useFakeTimers();
    const { server } = simulation;
    await simulation.open();
    const isMarks = (subject: string): boolean => subject.endsWith("STREAM.INFO.chankit-p-SIDE");
    server.gate = (subject) => (isMarks(subject) ? "hold" : "pass");
    await simulation.serve();
    await simulation.turns();
    if (code === undefined) server.streams.clear();
    else server.refuses = (subject) => (isMarks(subject) ? code : undefined);
    server.release();
    await simulation.turns();
    server.refuses = () => undefined;
    const pool = await simulation.open({}, server.connect());
    await simulation.pass(2000);
    await pool.queue("double", 4);
    await simulation.pass(1000);
    expect(await pool.stats()).toMatchObject({ finished: 1 });
  },
);

it("D4: a pool that is destroyed without a word has ended for a close, and for a crew that has run a job of it", async () => {
  const { server } = simulation;
  const pool = await simulation.open();
  const crew = await simulation.serve();
  await pool.queue("hold", 1);
  await simulation.turns();
  server.streams.clear();
  await pool.close();
  simulation.end(1);
  await simulation.turns();
  const again = await simulation.open({}, server.connect());
  await again.queue("double", 2);
  expect((await again.retrieve())?.output).toBe(4);
  expect(crew.stats.accepted).toBe(2);
});

it("D4: so has one of which a part is gone for its counters", async () => {
  const pool = await simulation.open();
  simulation.server.streams.delete("chankit-p-WAIT");
  await expect(pool.stats()).rejects.toThrow("it was destroyed");
});
