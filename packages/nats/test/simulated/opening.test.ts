// How a pool comes into being and goes, when that does not go smoothly.

import { expect, it } from "@jest/globals";

import { DistributedPool } from "../../src/index.js";
import { Simulation } from "../support/simulation.js";

const simulation = new Simulation();

it.each(["STREAM.CREATE.chankit-p-RUN", "STREAM.INFO.chankit-p-SIDE", "CONSUMER.DURABLE"])(
  "D5: open fails with what the server says to %s, and leaves nothing waiting",
  async (what) => {
    const { server } = simulation;
    server.refuses = (subject) => (subject.includes(what) ? 10100 : undefined);
    await expect(simulation.open()).rejects.toThrow("refused: 10100");
    expect(server.connections.flatMap(({ subscriptions }) => [...subscriptions])).toEqual([]);
    server.refuses = () => undefined;
    const pool = await simulation.open();
    expect(await pool.stats()).toMatchObject({ accepted: 0 });
  },
);

it("D4: open does not mind that another process has made a stream of the pool at the same time", async () => {
  const { server } = simulation;
  await simulation.open();
  server.streams.delete("chankit-p-WAIT");
  server.refuses = (subject) =>
    subject.includes("STREAM.CREATE.chankit-p-RUN") ? 10065 : undefined;
  const pool = await simulation.open({}, server.connect());
  expect(await pool.stats()).toMatchObject({ accepted: 0 });
});

it("D4: open fails if a stream of something else has a subject of the pool", async () => {
  const { server } = simulation;
  server.refuses = (subject) =>
    subject.includes("STREAM.CREATE.chankit-p-RUN") ? 10065 : undefined;
  await expect(simulation.open()).rejects.toThrow("refused: 10065");
});

it("D4: open tells that the pool was destroyed meanwhile", async () => {
  const { server } = simulation;
  server.refuses = (subject) => {
    if (subject.includes("STREAM.INFO.chankit-p-WAIT")) server.streams.clear();
    return undefined;
  };
  await expect(simulation.open()).rejects.toThrow("the pool was destroyed while it was opened");
});

it("D4: destroy fails with what the server says; what is gone already is no error", async () => {
  const { server } = simulation;
  const pool = await simulation.open();
  server.refuses = (subject) => (subject.includes("DELETE.chankit-p-DONE") ? 10100 : undefined);
  await expect(pool.destroy()).rejects.toThrow("refused: 10100");
  expect(server.streams.has("chankit-p-RUN")).toBe(false);
  server.refuses = () => undefined;
  await pool.destroy();
  expect(server.streams.size).toBe(0);
});

it("D4: calls on a pool that was destroyed without a word say so", async () => {
  const { server } = simulation;
  const pools = [await simulation.open(), await simulation.open({}, server.connect())] as const;
  server.streams.clear();
  const calls = [
    () => pools[0].stats(),
    () => pools[0].queue("double", 1),
    () => pools[1].tryRetrieve(),
  ];
  for (const call of calls) {
    await expect(call()).rejects.toThrow("it was destroyed; open it again");
  }
  expect(await pools[1].tryRetrieve()).toEqual({ finished: undefined, done: true });
});

it.each([undefined, 10_100])(
  "D6: a crew that comes while a pool is made waits until its jobs can be pulled, should the server say %s",
  async (code) => {
    const { server } = simulation;
    server.gate = (subject) =>
      subject.includes("CONSUMER.DURABLE.CREATE.chankit-p-WAIT") ? "hold" : "pass";
    const opening = simulation.open();
    await simulation.turns();
    expect(server.isHolding).toBe(true);
    server.refuses = (subject) => (subject.includes("CONSUMER.INFO") ? code : undefined);
    await simulation.serve();
    await simulation.turns();
    server.refuses = () => undefined;
    server.release();
    const pool = await opening;
    await pool.queue("double", 1);
    expect((await pool.retrieve())?.output).toBe(2);
  },
);

it("D5: a consumer that is not ready is asked again; tryRetrieve says what there is", async () => {
  const { server } = simulation;
  const pool = await simulation.open();
  await simulation.serve();
  await pool.queue("double", 1);
  await simulation.turns();
  let tries = 0;
  server.refuses = (subject) =>
    subject.includes("MSG.NEXT.chankit-p-DONE") && tries++ < 1 ? 503 : undefined;
  expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
  server.refuses = (subject) => {
    if (subject.includes("MSG.NEXT.chankit-p-DONE")) return 503;
    return subject.includes("CONSUMER.INFO") ? 10100 : undefined;
  };
  await expect(pool.tryRetrieve()).rejects.toThrow("refused: 10100");
  server.refuses = () => undefined;
  expect((await pool.tryRetrieve()).finished?.output).toBe(2);
  await expect(DistributedPool.open(simulation.connection, "p", { lease: 100 })).rejects.toThrow(
    "lease 30000, not 100",
  );
});

it("P11: counters are of one moment: they are asked for again if something was written meanwhile", async () => {
  const { server } = simulation;
  const pool = await simulation.open();
  let asked = 0;
  server.gate = (subject) => {
    if (!subject.includes("STREAM.LIST") || ++asked > 1) return "pass";
    server.stream("p", "RUN").store("chankit.p.run.1", new Uint8Array(), undefined, 0);
    server.stream("p", "SIDE").store("chankit.p.note.dup.1", new Uint8Array(), undefined, 0);
    return "pass";
  };
  expect(await pool.stats()).toMatchObject({ accepted: 0, skipped: 0, inProgress: 0 });
  expect(asked).toBe(2);
});
