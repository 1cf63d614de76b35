import { expect, it } from "@jest/globals";

import { jetstream, jetstreamManager } from "@nats-io/jetstream";

import { PoolTimeoutError } from "../src/index.js";
import { Fixture, patiently, stats, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("a server that goes and comes back", () => {
  const fixture = new Fixture();

  /** As it would be, had a server that was killed while WAIT was empty forgotten where that ended. */
  async function forgetEnd(pool: string): Promise<void> {
    const { streams, consumers } = await jetstreamManager(fixture.connection);
    const name = `chankit-${pool}-WAIT`;
    const { config } = await streams.info(name);
    const consumer = await consumers.info(name, "chankit");
    await streams.delete(name);
    await streams.add(config);
    await consumers.add(name, consumer.config);
  }

  it.each(["SIGTERM", "SIGKILL"] as const)(
    "D5: loses nothing by %s; calls wait and go on",
    async (signal) => {
      const { server } = fixture;
      const pool = await fixture.open({ queueSize: 100 });
      const crew = await server.connect();
      await fixture.serve(pool.name, 2, crew);
      const got: unknown[] = [];
      const reading = (async () => {
        for await (const { input } of pool) got.push(input);
      })();
      for (let i = 0; i < 20; i++) await pool.queue("echo", i);
      await pool.queue("hold", "a");
      const held = await fixture.holds.started("a");
      await server.kill(signal);
      const waiting = Array.from({ length: 20 }, (_, i) => pool.queue("echo", 20 + i));
      await server.start();
      await Promise.all(waiting);
      held.end();
      await pool.close();
      await reading;
      const numbers = got.filter((input) => input !== "a").map(Number);
      expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
      expect(got).toContain("a");
      expect(fixture.holds.runs("a")).toBe(1);
      expect(await stats(pool)).toEqual({ accepted: 41, retrieved: 41 });
    },
  );

  it("D5: loses no job that a crew had taken out of the queue when it died together with the server", async () => {
    const pool = await fixture.open({ queueSize: 2, lease: 2000 });
    const connection = await fixture.server.connect();
    const consumer = await jetstream(connection).consumers.get(
      `chankit-${pool.name}-WAIT`,
      "chankit",
    );
    await pool.queue("echo", "oldest");
    const taken = await consumer.next();
    await fixture.serve(pool.name);
    // More jobs than may wait leave the queue behind it: those a killed server brings back.
    for (let i = 0; i < 8; i++) {
      taken?.working();
      await pool.queue("echo", i);
      await pool.retrieve();
    }
    await connection.close();
    await fixture.server.kill("SIGKILL");
    await fixture.server.start();
    expect((await pool.retrieve())?.output).toBe("oldest");
    await pool.close();
    expect(await stats(pool)).toEqual({ accepted: 9, retrieved: 9 });
  });

  it("D3: an id is remembered over a restart, also when its job has long left the queue", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name);
    await pool.queue("double", 1, { id: "once" });
    await pool.retrieve();
    await fixture.server.kill("SIGTERM");
    await fixture.server.start();
    await pool.queue("double", 1, { id: "once" });
    await until(
      () => pool.stats(),
      ({ accepted, waiting }) => accepted === 1 && waiting === 0,
    );
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
    await pool.close();
    expect(await pool.retrieve()).toBeUndefined();
  });

  it.each(["close", "stop"] as const)(
    "D5: loses no job when a killed server has forgotten the end of an empty queue; %s ends",
    async (verb) => {
      const pool = await fixture.open();
      const crew = await fixture.serve(pool.name);
      for (let i = 0; i < 3; i++) await pool.queue("double", i);
      for (let i = 0; i < 3; i++) await pool.retrieve();
      await crew.close();
      await forgetEnd(pool.name);
      expect(await stats(pool)).toEqual({ accepted: 3, retrieved: 3 });
      const other = await fixture.open({}, pool.name);
      for (let i = 3; i < 6; i++) await (i % 2 === 0 ? pool : other).queue("double", i);
      expect(await stats(pool)).toEqual({ accepted: 6, retrieved: 3, waiting: 3 });
      await fixture.serve(pool.name);
      const outputs: unknown[] = [];
      for (let i = 3; i < 6; i++) outputs.push((await pool.retrieve())?.output);
      expect(outputs).toEqual([6, 8, 10]);
      await forgetEnd(pool.name);
      await pool[verb]();
      expect(await pool.retrieve()).toBeUndefined();
      expect(await stats(pool)).toEqual({ accepted: 6, retrieved: 6 });
    },
  );

  it("D4: a stop that is under way goes on", async () => {
    const pool = await fixture.open();
    for (let i = 0; i < 10; i++) await pool.queue("double", i);
    const stopped = pool.stop();
    await fixture.server.kill("SIGKILL");
    await fixture.server.start();
    expect(await stopped).toHaveLength(10);
    expect(await stats(pool)).toEqual({ accepted: 10, skipped: 10 });
  });

  it("D5: calls are rejected with a clear error after the timeout", async () => {
    const name = fixture.name();
    const pool = await patiently(() => fixture.open({ timeout: 100 }, name));
    await fixture.server.kill("SIGTERM");
    const calls = [
      () => pool.queue("double", 1),
      () => pool.tryQueue("double", 2),
      () => pool.tryRetrieve(),
      () => pool.stats(),
      () => fixture.open({ timeout: 100 }),
      () => pool.stop(),
    ];
    for (const call of calls) {
      const rejected = expect(call()).rejects;
      await rejected.toThrow(PoolTimeoutError);
      await expect(call()).rejects.toThrow("no answer from the server for 100 ms");
    }
    await fixture.server.start();
    await patiently(() => pool.stop());
    expect(await patiently(() => stats(pool))).toEqual({});
  });

  it("D5: readers that wait are told after the timeout, and may read on when the server is back", async () => {
    const name = fixture.name();
    const pool = await patiently(() => fixture.open({ timeout: 100 }, name));
    const early = [pool.retrieve(), pool.finished.recv()].map((reader) =>
      expect(reader).rejects.toThrow("no answer from the server for 100 ms"),
    );
    await fixture.server.kill("SIGTERM");
    await Promise.all(early);
    await expect(pool.retrieve()).rejects.toThrow(PoolTimeoutError);
    await fixture.server.start();
    await fixture.serve(pool.name);
    await patiently(() => pool.queue("double", 1, { id: "late" }));
    expect((await patiently(() => pool.retrieve()))?.output).toBe(2);
  });

  it("D5: a signal ends the wait for a server that is away", async () => {
    const pool = await fixture.open();
    await fixture.server.kill("SIGTERM");
    const controller = new AbortController();
    const queued = pool.queue("double", 1, { signal: controller.signal });
    controller.abort("enough");
    await expect(queued).rejects.toBe("enough");
    await fixture.server.start();
    await pool.queue("double", 2);
    expect(await stats(pool)).toMatchObject({ accepted: 1 });
  });

  it("D5: what waits on a connection that is closed for good is rejected", async () => {
    const connection = await fixture.server.connect();
    const pool = await fixture.open({ queueSize: 1 }, fixture.name(), connection);
    await pool.queue("double", 1);
    const waiting = pool.queue("double", 2);
    const reader = pool.retrieve();
    const closing = pool.close();
    const settled = Promise.allSettled([waiting, reader, closing]);
    await connection.close();
    const results = await settled;
    expect(results[1]).toMatchObject({ reason: { code: "ERR_CONNECTION_CLOSED" } });
    expect(results[2]).toMatchObject({ reason: { code: "ERR_CONNECTION_CLOSED" } });
    await expect(pool.retrieve()).rejects.toThrow("the connection to the server is closed");
    await expect(pool.stats()).rejects.toThrow("the connection to the server is closed");
  });

  it("D5: readers and workers go on after a connection that broke", async () => {
    const connection = await fixture.server.connect();
    const pool = await fixture.open({}, fixture.name(), connection);
    await fixture.serve(pool.name, 1, connection);
    const reader = pool.retrieve();
    await connection.reconnect();
    await pool.queue("double", 4);
    expect((await reader)?.output).toBe(8);
  });
});
