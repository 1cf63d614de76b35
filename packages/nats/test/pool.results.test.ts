import { expect, it } from "@jest/globals";

import { select } from "@chankit/channel";
import type { NatsConnection } from "@nats-io/transport-node";

import { serve } from "../src/index.js";
import { Fixture, stats, type Tasks, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("results", () => {
  const fixture = new Fixture();

  it("D1: tell the job, how it went, and after how many attempts", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name);
    await pool.queue("double", 21, { id: "a" });
    await pool.queue("fail", "broken", { id: "b" });
    await pool.queue("nothing", null, { id: "c" });
    await pool.queue("echo", Uint8Array.of(1, 2), { id: "d" });
    expect(await pool.retrieve()).toEqual({
      id: "a",
      task: "double",
      input: 21,
      output: 42,
      status: "fulfilled",
      attempts: 1,
    });
    const failed = await pool.retrieve();
    expect(failed).toMatchObject({ id: "b", input: "broken", status: "rejected", attempts: 1 });
    expect(failed?.reason).toBeInstanceOf(RangeError);
    expect(failed?.reason).toMatchObject({ message: "broken" });
    const nothing = await pool.retrieve();
    expect(nothing).toMatchObject({ id: "c", status: "fulfilled" });
    expect(nothing).toHaveProperty("output", undefined);
    const bytes = await pool.retrieve();
    expect([bytes?.input, bytes?.output]).toEqual([Uint8Array.of(1, 2), Uint8Array.of(1, 2)]);
    expect(await stats(pool)).toEqual({ accepted: 4, retrieved: 4, failed: 1 });
  });

  it("D1: an iteration gives all, and ends with the pool", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name, 2);
    for (let i = 1; i <= 5; i++) await pool.queue("double", i);
    void pool.close();
    const outputs: unknown[] = [];
    for await (const { output } of pool) outputs.push(output);
    expect(outputs.sort()).toEqual([10, 2, 4, 6, 8]);
    expect(pool.finished.closed).toBe(true);
    expect(await pool.retrieve()).toBeUndefined();
    expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: true });
  });

  it("D1: tryRetrieve gives a result, or says whether there can be another", async () => {
    const pool = await fixture.open();
    expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
    await fixture.serve(pool.name);
    await pool.queue("double", 1);
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 1,
    );
    const { finished, done } = await pool.tryRetrieve();
    expect([finished?.output, done]).toEqual([2, false]);
    void pool.close();
    await until(
      () => pool.tryRetrieve(),
      (r) => r.done,
    );
  });

  it("D1: tryRetrieve does not overtake readers that wait", async () => {
    const pool = await fixture.open();
    const reader = pool.retrieve();
    await fixture.serve(pool.name);
    await pool.queue("double", 1);
    expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
    expect((await reader)?.output).toBe(2);
  });

  it("D1: the channel of results is a case of a select, and its reader may be withdrawn", async () => {
    const pool = await fixture.open();
    const controller = new AbortController();
    const withdrawn = pool.retrieve({ signal: controller.signal });
    controller.abort("enough");
    await expect(withdrawn).rejects.toBe("enough");
    await fixture.serve(pool.name);
    await pool.queue("double", 1);
    const { key, value } = await select({ result: pool.finished });
    expect([key, value?.output]).toEqual(["result", 2]);
    expect(() => {
      (pool.finished as unknown as { end(): void }).end();
    }).toThrow("the pool closes its channel");
    expect(pool.finished).toMatchObject({ cap: 10_000, len: 0, closed: false });
  });

  it("D3: each result is told once, however many processes read", async () => {
    const pool = await fixture.open();
    const readers = [pool, await fixture.open({}, pool.name, await fixture.server.connect())];
    await fixture.serve(pool.name, 4);
    const got: unknown[] = [];
    const reading = readers.map(async (reader) => {
      for await (const { input } of reader) got.push(input);
    });
    for (let i = 0; i < 60; i++) await pool.queue("echo", i);
    await pool.close();
    await Promise.all(reading);
    expect(got.sort((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 60 }, (_, i) => i),
    );
    expect(await stats(pool)).toEqual({ accepted: 60, retrieved: 60 });
  });

  it("D7: what was claimed for a reader that left is given back to those of other processes", async () => {
    const connection = await fixture.server.connect();
    const pool = await fixture.open({}, fixture.name(), connection);
    const other = await fixture.open({}, pool.name);
    const leaver = new AbortController();
    const claims = onClaims(connection, () => {
      leaver.abort("left");
    });
    const left = pool.retrieve({ signal: leaver.signal });
    await Promise.all([
      expect(left).rejects.toBe("left"),
      fixture.serve(pool.name),
      pool.queue("double", 1),
    ]);
    expect((await other.retrieve())?.output).toBe(2);
    expect(claims.count).toBe(1);
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
  });

  it("D7: a process that leaves gives back what it holds", async () => {
    const connection = await fixture.server.connect();
    const pool = await fixture.open();
    const leaving = await fixture.open({}, pool.name, connection);
    let left: Promise<void> | undefined;
    onClaims(connection, () => {
      left ??= leaving.leave();
    });
    const reader = leaving.retrieve();
    await fixture.serve(pool.name);
    await pool.queue("double", 1);
    expect(await reader).toBeUndefined();
    await left;
    expect(await stats(pool)).toEqual({ accepted: 1, finished: 1 });
    expect((await pool.retrieve())?.output).toBe(2);
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
  });

  it("D2, D7: what was given back is unread: it takes the room of a result", async () => {
    const connection = await fixture.server.connect();
    const pool = await fixture.open({ finishedSize: 1 });
    await fixture.serve(pool.name);
    for (let i = 0; i < 3; i++) {
      const leaving = await fixture.open({}, pool.name, connection);
      let left: Promise<void> | undefined;
      onClaims(connection, () => {
        left ??= leaving.leave();
      });
      const reader = leaving.retrieve();
      if (i === 0) for (let n = 0; n < 5; n++) await pool.queue("double", n);
      expect(await reader).toBeUndefined();
      await left;
    }
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 2,
    );
    // A word that is waited for: by then the worker has looked again.
    await fixture.connection.flush();
    fixture.connection.publish(`chankit.${pool.name}.hint.told`);
    const looks = fixture.connection.subscribe("$JS.API.STREAM.LIST", { max: 1 });
    await looks[Symbol.asyncIterator]().next();
    expect(await stats(pool)).toEqual({ accepted: 5, finished: 2, waiting: 3 });
  });

  it("D2: workers wait for readers when finishedSize results are unread, and counters say finished", async () => {
    const pool = await fixture.open({ finishedSize: 1 });
    const crew = await fixture.serve(pool.name, 1);
    for (let i = 0; i < 4; i++) await pool.queue("double", i);
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 2,
    );
    expect(await stats(pool)).toEqual({ accepted: 4, finished: 2, waiting: 2 });
    expect(crew.stats.inProgress).toBe(0);
    await pool.retrieve();
    await until(
      () => pool.stats(),
      ({ waiting }) => waiting === 1,
    );
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 2,
    );
    // On a pool that is not open they do not wait.
    await pool.close();
    expect(await stats(pool)).toEqual({ accepted: 4, finished: 3, retrieved: 1 });
  });

  it("D5: input and output may together be longer than a message", async () => {
    const pool = await fixture.open();
    const big = (input: string): string => input.slice(0, 600_000);
    const tasks = {
      big,
      long: () => "x".repeat(2 << 20),
      longReason: () => {
        throw new Error("x".repeat(2 << 20));
      },
    };
    const crew = await serve(fixture.connection, pool.name, tasks, { workers: 1 });
    const input = "y".repeat(700_000);
    await pool.queue("big" as keyof Tasks & "echo", input);
    const result = await pool.retrieve();
    expect([(result?.input as string).length, (result?.output as string).length]).toEqual([
      700_000, 600_000,
    ]);
    for (const [task, what] of [
      ["long", "output"],
      ["longReason", "reason"],
    ]) {
      await pool.queue(task as "echo", 1);
      const failed = await pool.retrieve();
      expect(failed?.reason).toBeInstanceOf(RangeError);
      expect(String(failed?.reason)).toContain(`the ${what} of task "${task}" has`);
    }
    await crew.close();
  });
});

/** Calls `fn` whenever a process claims a result over this connection, before it has an answer. */
function onClaims(connection: NatsConnection, fn: () => void): { readonly count: number } {
  const claims = { count: 0 };
  const publish = connection.publish.bind(connection);
  connection.publish = (subject, ...rest) => {
    publish(subject, ...rest);
    if (/\.told\.\d+$/u.test(subject)) {
      claims.count++;
      fn();
    }
  };
  return claims;
}
