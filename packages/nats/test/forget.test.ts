import { expect, it } from "@jest/globals";

import { jetstream, jetstreamManager } from "@nats-io/jetstream";

import { Fixture, stats, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("what the server keeps", () => {
  const fixture = new Fixture();

  it("D4: is forgotten when it is told, dedupe ms later; the counters stay", async () => {
    const pool = await fixture.open({ dedupe: 100 });
    await fixture.serve(pool.name, 4);
    for (let round = 1; round <= 2; round++) {
      for (let i = 0; i < 30; i++) await pool.queue("echo", "x".repeat(1000));
      await pool.queue("fail", "no");
      for (let i = 0; i < 31; i++) await pool.retrieve();
      // The newest entry of RUN, DONE and TOLD stays, and that something failed for a while.
      await until(
        () => fixture.stored(pool.name),
        (messages) => messages <= 3 + round,
      );
      expect(await stats(pool)).toEqual({
        accepted: 31 * round,
        retrieved: 31 * round,
        failed: round,
      });
    }
  });

  it("D4: a job that runs for long, and a result that is not read, do not hold up the others", async () => {
    const pool = await fixture.open({ dedupe: 100 });
    await fixture.serve(pool.name, 2);
    await pool.queue("hold", "long");
    const { end } = await fixture.holds.started("long");
    for (let i = 0; i < 30; i++) await pool.queue("double", i);
    for (let i = 0; i < 30; i++) await pool.retrieve();
    await until(
      () => fixture.stored(pool.name),
      // Of what runs there are the job and its fate; of the rest the newest entries.
      (messages) => messages <= 5,
    );
    expect(await stats(pool)).toEqual({ accepted: 31, retrieved: 30, inProgress: 1 });
    end();
    expect((await pool.retrieve())?.input).toBe("long");
    // The newest claim stays, and with it its job; another one makes it old.
    await pool.queue("double", 1);
    await pool.retrieve();
    await until(
      () => fixture.stored(pool.name),
      (messages) => messages <= 3,
    );
  });

  it("D4: what a stop has skipped and a shutdown has not read is told again, however late", async () => {
    const pool = await fixture.open({ dedupe: 100 });
    const crew = await fixture.serve(pool.name);
    for (let i = 0; i < 3; i++) await pool.queue("double", i);
    await pool.retrieve();
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 2,
    );
    await crew.close();
    await pool.queue("double", 9);
    const first = await pool.shutdown();
    expect([first.skipped.length, first.unread.length]).toEqual([1, 2]);
    const second = await fixture.open({}, pool.name);
    const start = performance.now();
    await until(
      () => pool.stats(),
      () => performance.now() - start > 700,
    );
    expect(await second.shutdown()).toEqual(first);
  });

  it("D3: takes nothing from what is in the hands of crews and readers: when these die, it goes to others", async () => {
    const pool = await fixture.open({ dedupe: 100, lease: 1000, timeout: 60_000 });
    const [dying, hands] = [await fixture.server.connect(), await fixture.server.connect()];
    const crew = await fixture.serve(pool.name, 2);
    // These are in front of all, and so are forgotten at one go.
    for (let i = 0; i < 3; i++) await pool.queue("double", i);
    for (let i = 0; i < 3; i++) await pool.retrieve();
    await crew.close();
    await fixture.serve(pool.name, 1, dying);
    await pool.queue("hold", "run");
    const lost = await fixture.holds.started("run");
    const second = await fixture.serve(pool.name);
    await pool.queue("echo", "read");
    const results = await jetstream(hands).consumers.get(`chankit-${pool.name}-DONE`, "chankit");
    const taken = await results.next();
    for (let i = 0; i < 10; i++) {
      await pool.queue("double", i);
      await pool.retrieve();
    }
    const told = `chankit-${pool.name}-TOLD`;
    await until(
      async () => {
        taken?.working();
        return (await jetstreamManager(hands)).streams.info(told);
      },
      ({ state }) => state.messages === 1,
    );
    await second.close();
    await Promise.all([dying.close(), hands.close()]);
    lost.end();
    expect((await pool.retrieve())?.input).toBe("read");
    await fixture.serve(pool.name);
    (await fixture.holds.started("run", 2)).end();
    expect((await pool.retrieve())?.input).toBe("run");
  });

  it("D4: what a killed server brings back of it goes again", async () => {
    const pool = await fixture.open({ dedupe: 100 });
    await fixture.serve(pool.name);
    for (let i = 0; i < 3; i++) await pool.queue("double", i);
    for (let i = 0; i < 3; i++) await pool.retrieve();
    await until(
      () => fixture.stored(pool.name),
      (messages) => messages <= 3,
    );
    // As a kill would: entries that have no successor, in front of what is live.
    const manager = await jetstreamManager(fixture.connection);
    await manager.streams.purge(`chankit-${pool.name}-TOLD`);
    await manager.streams.purge(`chankit-${pool.name}-DONE`);
    for (let i = 0; i < 3; i++) await pool.queue("double", i);
    for (let i = 0; i < 3; i++) await pool.retrieve();
    await until(
      () => fixture.stored(pool.name),
      (messages) => messages <= 3,
    );
    expect(await stats(pool)).toEqual({ accepted: 6, retrieved: 6 });
  });
});
