import { expect, it } from "@jest/globals";

import { PoolClosedError } from "@chankit/pool";

import { Names } from "../src/server/names.js";

import { Fixture, stats, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("close, stop and shutdown", () => {
  const fixture = new Fixture();

  it("D4: close runs what waits, and resolves when all has ended", async () => {
    const pool = await fixture.open();
    for (const input of ["a", "b"]) await pool.queue("hold", input);
    let isClosed = false;
    const closed = pool.close().then(() => (isClosed = true));
    await fixture.serve(pool.name);
    (await fixture.holds.started("a")).end();
    (await fixture.holds.started("b")).end();
    expect(isClosed).toBe(false);
    await closed;
    expect(await stats(pool)).toEqual({ accepted: 2, finished: 2 });
    expect((await pool.retrieve())?.input).toBe("a");
    expect((await pool.retrieve())?.input).toBe("b");
    expect(await pool.retrieve()).toBeUndefined();
  });

  it("D4: stop skips what waits and gives it back; what is in progress ends", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name);
    await pool.queue("hold", "a");
    const held = await fixture.holds.started("a");
    for (const input of ["b", "c", "d"]) await pool.queue("hold", input, { id: `id-${input}` });
    await pool.queue("echo", Uint8Array.of(7), { id: "bytes" });
    const stopped = pool.stop();
    await until(
      () => pool.stats(),
      ({ skipped }) => skipped === 4,
    );
    expect(await stats(pool)).toEqual({ accepted: 5, skipped: 4, inProgress: 1 });
    held.end();
    expect(await stopped).toEqual([
      ...["b", "c", "d"].map((input) => ({ id: `id-${input}`, task: "hold", input })),
      { id: "bytes", task: "echo", input: Uint8Array.of(7) },
    ]);
    expect(await stats(pool)).toEqual({ accepted: 5, skipped: 4, finished: 1 });
    expect(fixture.holds.runs("b")).toBe(0);
  });

  it("D4: stop needs no crew, and every stop, in any process, tells all that was skipped", async () => {
    const pool = await fixture.open();
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    for (let i = 0; i < 20; i++) await pool.queue("double", i);
    const both = await Promise.all([pool.stop(), other.stop()]);
    for (const skipped of [...both, await other.stop()]) {
      expect(skipped.map(({ input }) => input)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
    expect(await stats(pool)).toEqual({ accepted: 20, skipped: 20 });
  });

  it("D4: stop overrides close, and both may be repeated in any order", async () => {
    const pool = await fixture.open();
    await pool.queue("double", 1);
    const closed = pool.close();
    const stopped = pool.stop();
    await closed;
    expect(await stopped).toHaveLength(1);
    await pool.close();
    expect(await pool.stop()).toHaveLength(1);
    expect(await pool.retrieve()).toBeUndefined();
  });

  it("D1: a close by one process refuses the callers of all, those that wait too", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    await other.queue("double", 1);
    const waiting = [other.queue("double", 2), other.queue("double", 3), pool.queue("double", 4)];
    const settled = Promise.allSettled(waiting);
    await until(
      () => other.stats(),
      ({ blocked }) => blocked === 2,
    );
    const closed = pool.close();
    for (const result of await settled) {
      expect(result).toMatchObject({ status: "rejected" });
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(PoolClosedError);
    }
    await expect(other.queue("double", 5)).rejects.toThrow("is closed");
    await expect(other.tryQueue("double", 5)).rejects.toThrow(PoolClosedError);
    await fixture.serve(pool.name);
    await closed;
    expect(await stats(pool)).toEqual({ accepted: 1, finished: 1 });
  });

  it("D7: after a close its own process refuses at once, before the server has answered", async () => {
    const pool = await fixture.open();
    void pool.close();
    await expect(pool.queue("double", 1)).rejects.toThrow(PoolClosedError);
    await expect(pool.tryQueue("double", 1)).rejects.toThrow(PoolClosedError);
  });

  it("D1: the server refuses a process that has not heard of the close", async () => {
    const pool = await fixture.open();
    await pool.close();
    const late = await fixture.open({}, pool.name, await fixture.server.connect());
    await expect(late.queue("double", 1)).rejects.toThrow(PoolClosedError);
    expect(await late.retrieve()).toBeUndefined();
    expect(await stats(pool)).toEqual({});
  });

  it("D1: shutdown ends reading at once, for all processes, and gives back what was not read", async () => {
    const pool = await fixture.open();
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    await fixture.serve(pool.name, 1);
    await pool.queue("double", 1);
    await pool.queue("fail", "no");
    await pool.queue("hold", "a");
    const held = await fixture.holds.started("a");
    await pool.queue("double", 2);
    expect((await other.retrieve())?.output).toBe(2);
    const mark = new Names(pool.name).subject("note", "mark.shut");
    const marked = new Promise<void>((resolve) => {
      fixture.connection.subscribe(mark, { max: 1, callback: () => resolve() });
    });
    await fixture.connection.flush();
    const down = pool.shutdown();
    expect(await pool.retrieve()).toBeUndefined();
    expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
    // All have heard of it before a worker is free.
    await marked;
    held.end("late");
    const { skipped, unread } = await down;
    expect(skipped.map(({ input }) => input)).toEqual([2]);
    expect(unread.map(({ status, output }) => [status, output])).toEqual([
      ["rejected", undefined],
      ["fulfilled", "late"],
    ]);
    expect(await stats(pool)).toEqual({ accepted: 4, skipped: 1, retrieved: 3, failed: 1 });
    expect(await other.retrieve()).toBeUndefined();
    expect(await other.shutdown()).toEqual({ skipped, unread });
  });

  it("D1: shutdown wakes readers that wait, in all processes", async () => {
    const pool = await fixture.open();
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    const readers = [pool.retrieve(), other.retrieve(), other.finished.recv()];
    await pool.shutdown();
    expect(await Promise.all(readers)).toEqual([
      undefined,
      undefined,
      { ok: false, value: undefined, done: true },
    ]);
  });

  it("D1: readers that wait are told the end of a pool that ends elsewhere", async () => {
    const pool = await fixture.open();
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    const readers = [other.retrieve(), other.retrieve()];
    await pool.close();
    expect(await Promise.all(readers)).toEqual([undefined, undefined]);
  });

  it("D7: leave ends the part of this process, and closes nothing", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    await pool.queue("double", 1);
    const waiting = pool.queue("double", 2);
    const reader = pool.retrieve();
    await until(
      () => pool.stats(),
      ({ blocked }) => blocked === 1,
    );
    const left = pool.leave();
    await expect(waiting).rejects.toThrow("this process has left it");
    expect(await reader).toBeUndefined();
    await left;
    await pool.leave();
    await expect(pool.queue("double", 3)).rejects.toThrow(PoolClosedError);
    expect(await pool.retrieve()).toBeUndefined();
    await fixture.serve(pool.name);
    expect((await other.retrieve())?.output).toBe(2);
  });

  it("D7: disposing leaves", async () => {
    const name = fixture.name();
    const pool = await fixture.open({}, name);
    {
      await using disposed = await fixture.open({}, name);
      expect(await disposed.tryQueue("double", 1)).toBe(true);
    }
    expect(await stats(pool)).toEqual({ accepted: 1, waiting: 1 });
  });

  it("D4: destroy removes all of it, and tells all processes", async () => {
    const pool = await fixture.open({ queueSize: 1 });
    const other = await fixture.open({}, pool.name, await fixture.server.connect());
    await fixture.serve(pool.name);
    await pool.queue("hold", "a");
    const held = await fixture.holds.started("a");
    await pool.queue("hold", "b");
    const waiting = other.queue("hold", "c");
    const reader = other.retrieve();
    const closed = other.close.bind(other);
    await until(
      () => other.stats(),
      ({ blocked }) => blocked === 1,
    );
    const [refused] = await Promise.allSettled([waiting, pool.destroy()]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "ERR_POOL_CLOSED" } });
    expect(await reader).toBeUndefined();
    expect(await fixture.stored(pool.name)).toBe(0);
    await closed();
    expect(await other.stop()).toEqual([]);
    expect(await other.shutdown()).toEqual({ skipped: [], unread: [] });
    await expect(other.stats()).rejects.toThrow("it was destroyed");
    await expect(other.queue("double", 1)).rejects.toThrow(PoolClosedError);
    await expect(pool.queue("double", 1)).rejects.toThrow("it was destroyed");
    await pool.destroy();
    held.end();
  });

  it("D4, D6: a pool may be made anew under its name, and crews go on with it", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name);
    await pool.queue("double", 1);
    expect((await pool.retrieve())?.output).toBe(2);
    await pool.destroy();
    const next = await fixture.open({ queueSize: 3 }, pool.name);
    await next.queue("double", 4);
    expect((await next.retrieve())?.output).toBe(8);
    expect(await stats(next)).toEqual({ accepted: 1, retrieved: 1 });
  });
});
