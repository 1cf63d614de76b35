import { expect, it } from "@jest/globals";

import { PoolClosedError } from "@chankit/pool";

import { DistributedPool } from "../src/index.js";
import { Fixture, stats, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("queue and tryQueue", () => {
  const fixture = new Fixture();

  it("D1, D2: accept as many jobs as may wait; then tryQueue says no", async () => {
    const pool = await fixture.open({ queueSize: 2 });
    expect(await pool.tryQueue("double", 1)).toBe(true);
    await pool.queue("double", 2);
    expect(await pool.tryQueue("double", 3)).toBe(false);
    expect(await stats(pool)).toEqual({ accepted: 2, waiting: 2 });
  });

  it("D2: the bound is the server's, whichever processes queue", async () => {
    const name = fixture.name();
    const pools = await Promise.all(
      [1, 2, 3].map(async () =>
        fixture.open({ queueSize: 5 }, name, await fixture.server.connect()),
      ),
    );
    const tries = pools.flatMap((pool) =>
      Array.from({ length: 6 }, () => pool.tryQueue("double", 1)),
    );
    expect((await Promise.all(tries)).filter((accepted) => accepted)).toHaveLength(5);
    expect(await stats(pools[0]!)).toEqual({ accepted: 5, waiting: 5 });
  });

  it("D1, D2: queue waits for room, first come, first served, and tryQueue does not overtake", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    await pool.queue("hold", "a");
    const order: string[] = [];
    const waiting = ["b", "c", "d"].map((input) =>
      pool.queue("hold", input).then(() => order.push(input)),
    );
    await until(
      () => pool.stats(),
      ({ blocked }) => blocked === 3,
    );
    expect(await pool.tryQueue("hold", "e")).toBe(false);
    await fixture.serve(pool.name);
    for (const input of ["a", "b", "c", "d"]) (await fixture.holds.started(input)).end();
    await Promise.all(waiting);
    expect(order).toEqual(["b", "c", "d"]);
    await pool.close();
    expect(await stats(pool)).toEqual({ accepted: 4, finished: 4 });
  });

  it("D2: those in progress do not count", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    await fixture.serve(pool.name, 2);
    await pool.queue("hold", "a");
    await fixture.holds.started("a");
    await pool.queue("hold", "b");
    await fixture.holds.started("b");
    await until(
      () => pool.tryQueue("hold", "c"),
      (accepted) => accepted,
    );
    expect(await pool.tryQueue("hold", "d")).toBe(false);
    expect(await stats(pool)).toEqual({ accepted: 3, inProgress: 2, waiting: 1 });
    for (const input of ["a", "b", "c"]) (await fixture.holds.started(input)).end();
  });

  it("D1: a signal withdraws a caller that waits; those behind it move up", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    await pool.queue("double", 1);
    const controller = new AbortController();
    const first = pool.queue("double", 2, { signal: controller.signal });
    const second = pool.queue("double", 3);
    await until(
      () => pool.stats(),
      ({ blocked }) => blocked === 2,
    );
    controller.abort("enough");
    await expect(first).rejects.toBe("enough");
    await fixture.serve(pool.name);
    await second;
    await pool.close();
    expect(await stats(pool)).toEqual({ accepted: 2, finished: 2 });
  });

  it("D1: a signal withdraws one in the middle of the line", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    await pool.queue("double", 1);
    const controller = new AbortController();
    const first = pool.queue("double", 2);
    const second = pool.queue("double", 3, { signal: controller.signal });
    await until(
      () => pool.stats(),
      ({ blocked }) => blocked === 2,
    );
    controller.abort("enough");
    await expect(second).rejects.toBe("enough");
    expect((await pool.stats()).blocked).toBe(1);
    void pool.stop();
    await expect(first).rejects.toThrow(PoolClosedError);
  });

  it("D1: of several reasons to refuse the first counts: no job, an aborted signal, not open", async () => {
    const pool = await fixture.open();
    const signal = AbortSignal.abort("before");
    void pool.close();
    await expect(pool.queue("double", NaN, { signal })).rejects.toThrow(TypeError);
    await expect(pool.queue("double", 1, { signal })).rejects.toBe("before");
    await expect(pool.queue("double", 1)).rejects.toThrow(PoolClosedError);
    await expect(pool.tryQueue("double", 1)).rejects.toThrow(PoolClosedError);
    await until(
      () => pool.stats(),
      ({ accepted }) => accepted === 0,
    );
  });

  it("D5: what cannot be a job is refused at the call", async () => {
    const pool = await fixture.open();
    const bad: [Promise<unknown>, string][] = [
      [pool.queue("echo", new Map()), "input is object Map"],
      [pool.queue("echo", undefined), "input is undefined"],
      [pool.tryQueue("echo", { a: [() => 1] }), "input.a[0] is a function"],
      [pool.queue("" as "echo", 1), "a task needs a name"],
      [pool.queue(7 as never, 1 as never), "a task needs a name"],
      [pool.queue("echo", 1, { id: "" }), "id must be a string"],
      [pool.queue("echo", 1, { id: 3 as never }), "id must be a string"],
      [pool.queue("echo", 1, { signal: {} as AbortSignal }), "signal must be an AbortSignal"],
      [pool.queue("echo", 1, null as never), "options must be an object"],
    ];
    for (const [call, message] of bad) {
      await expect(call).rejects.toThrow(TypeError);
      await expect(call).rejects.toThrow(message);
    }
    expect(await stats(pool)).toEqual({});
  });

  it("D5: an input larger than the server takes is refused at the call", async () => {
    const pool = await fixture.open();
    const input = new Uint8Array(fixture.connection.info!.max_payload);
    await expect(pool.queue("echo", input)).rejects.toThrow(RangeError);
    await expect(pool.queue("echo", input)).rejects.toThrow("input has 1048576 bytes");
  });

  it("D3: the same id twice is one job, whichever process sends it, and also if the queue is full", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    await pool.queue("double", 1, { id: "ä\n1" });
    await other.queue("double", 1, { id: "ä\n1" });
    expect(await pool.tryQueue("double", 1, { id: "ä\n1" })).toBe(true);
    expect(await stats(pool)).toEqual({ accepted: 1, waiting: 1 });
    await fixture.serve(pool.name);
    expect(await pool.retrieve()).toMatchObject({ id: "ä\n1", output: 2 });
    await pool.queue("double", 1, { id: "ä\n1" });
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
  });

  it("D3: an id is remembered for as long as dedupe says, and no longer", async () => {
    const pool = await fixture.open({ dedupe: 150 });
    await fixture.serve(pool.name);
    await pool.queue("double", 1, { id: "a" });
    await pool.retrieve();
    const accepted = async (): Promise<number> => {
      await pool.queue("double", 1, { id: "a" });
      return (await pool.stats()).accepted;
    };
    await until(accepted, (n) => n === 2);
    expect(await pool.retrieve()).toMatchObject({ id: "a", attempts: 1 });
  });

  it("D1: pools of other names are other pools", async () => {
    const [a, b] = [await fixture.open({ queueSize: 1 }), await fixture.open({ queueSize: 1 })];
    await a.queue("double", 1);
    await b.queue("double", 1);
    await a.stop();
    expect(await stats(b)).toEqual({ accepted: 1, waiting: 1 });
  });

  it("D2, D7: a pool that exists is joined as it is, or refused with all differences", async () => {
    const pool = await fixture.open({ queueSize: 7, finishedSize: Infinity });
    const joined = await fixture.open(undefined, pool.name);
    expect(joined.finished.cap).toBe(Infinity);
    await fixture.open({ queueSize: 7, finishedSize: Infinity, retries: 3 }, pool.name);
    await expect(fixture.open({ queueSize: 8, lease: 500 }, pool.name)).rejects.toThrow(
      `pool "${pool.name}" exists with queueSize 7, not 8, and lease 30000, not 500`,
    );
    await expect(fixture.open({ queueSize: 0 })).rejects.toThrow(RangeError);
    await expect(DistributedPool.open(fixture.connection, "")).rejects.toThrow(TypeError);
  });

  it("D2: several may open a pool at the same time: one set of options counts, and others are refused", async () => {
    const name = fixture.name();
    const sizes = [1, 1, 1, 2];
    const all = await Promise.allSettled(
      sizes.map((queueSize) => fixture.open({ queueSize }, name)),
    );
    const isOpened = all.map(({ status }) => status === "fulfilled");
    const winner = sizes[isOpened.indexOf(true)]!;
    expect(isOpened).toEqual(sizes.map((size) => size === winner));
    for (const [i, result] of all.entries()) {
      if (result.status === "fulfilled") continue;
      expect(String(result.reason)).toContain(`exists with queueSize ${winner}, not ${sizes[i]}`);
    }
  });
});
