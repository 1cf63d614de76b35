// Deaths, with processes that are killed. What follows from a death of the connection alone stands in the
// tests beside this.

import { afterEach, expect, it } from "@jest/globals";

import { isDeep, isFull } from "../../../tools/testing/depth.js";
import { DistributedPool } from "../src/index.js";
import { Fixture, stats, until } from "./support/fixture.js";
import { Program } from "./support/program.js";
import { describeWithServer } from "./support/server.js";

const CREW = `
await serve(connection, name, {
  async echo(input, { attempt }) {
    say("run " + input + " " + attempt);
    if (input === "slow" && attempt === 1) await new Promise(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 3));
    return input;
  },
}, { workers: 3 });
say("ready");
`;

describeWithServer("deaths", () => {
  const fixture = new Fixture();
  const programs: Program[] = [];

  async function start(code: string, name: string): Promise<Program> {
    const program = await Program.start(code, fixture.server.port, name);
    programs.push(program);
    return program;
  }

  afterEach(async () => {
    await Promise.all(programs.splice(0).map((program) => program.kill()));
  });

  it("D3: a worker that is killed in mid-job: the job is run by another", async () => {
    const pool = await fixture.open({ lease: 300 });
    const first = await start(CREW, pool.name);
    await first.said("ready");
    await pool.queue("echo", "slow");
    await first.said("run slow 1");
    await first.kill();
    expect(await stats(pool)).toEqual({ accepted: 1, inProgress: 1 });
    await start(CREW, pool.name);
    const { output, attempts } = (await pool.retrieve())!;
    expect(output).toBe("slow");
    // Servers before 2.10.16 also count deliveries that find no pull any more.
    expect(attempts).toBeGreaterThan(1);
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
  });

  // The rest takes longer: many processes are started.
  if (!isFull) return;

  it.each(["close", "stop"] as const)(
    "D4: a caller that is killed in %s: others that have the pool open carry it on",
    async (verb) => {
      const pool = await fixture.open();
      for (let i = 0; i < 10; i++) await pool.queue("double", i);
      const caller = await start(
        `const pool = await DistributedPool.open(connection, name);
         say("open"); void pool.${verb}(); `,
        pool.name,
      );
      // The mark is made: its maker dies before it can do what follows from it.
      const marks = fixture.connection.subscribe(`chankit.${pool.name}.note.mark.${verb}`, {
        callback: () => void caller.kill(),
      });
      const reader = pool.retrieve();
      if (verb === "close") await fixture.serve(pool.name);
      const told = verb === "close" ? 10 : 0;
      let count = 0;
      for (let it = await reader; it !== undefined; it = await pool.retrieve()) count++;
      marks.unsubscribe();
      expect(count).toBe(told);
      expect(await stats(pool)).toEqual(
        verb === "close" ? { accepted: 10, retrieved: 10 } : { accepted: 10, skipped: 10 },
      );
    },
  );

  it("D4: a caller that is killed in stop, the only process there: the next one that opens the pool carries it on", async () => {
    const name = fixture.name();
    const caller = await start(
      `const pool = await DistributedPool.open(connection, name);
       for (let i = 0; i < 10; i++) await pool.queue("double", i);
       say("queued"); await pool.stop(); say("stopped");`,
      name,
    );
    const marks = fixture.connection.subscribe(`chankit.${name}.note.mark.stop`, { max: 1 });
    await marks[Symbol.asyncIterator]().next();
    await caller.kill();
    const pool = await fixture.open({}, name);
    expect(await pool.retrieve()).toBeUndefined();
    expect(await pool.stop()).toHaveLength(10);
    expect(await stats(pool)).toEqual({ accepted: 10, skipped: 10 });
  });

  it.each(["crew", "server"] as const)(
    "D3, D4, D5: however often a %s dies, every accepted job comes to one end, and is told once",
    async (victim) => {
      const jobs = isFull ? 150 : 40;
      const every = isFull ? 15 : 20;
      const pool = await fixture.open({ queueSize: 10, lease: 500, retries: 10 });
      let crew = await start(CREW, pool.name);
      await start(CREW, pool.name);
      const got: unknown[] = [];
      const reading = (async () => {
        for await (const { input } of pool) got.push(input);
      })();
      for (let i = 0; i < jobs; i++) {
        await pool.queue("echo", i, { id: `job ${i}` });
        if (i % every !== 7) continue;
        if (victim === "crew") {
          await crew.kill();
          crew = await start(CREW, pool.name);
        } else {
          await fixture.server.kill("SIGKILL");
          await fixture.server.start();
        }
        // An id that was used is known.
        await pool.queue("echo", i, { id: `job ${i}` });
      }
      await pool.close();
      await reading;
      expect(got.map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: jobs }, (_, i) => i),
      );
      expect(await stats(pool)).toEqual({ accepted: jobs, retrieved: jobs });
    },
  );

  it.each(Array.from({ length: isDeep ? 60 : 3 }, (_, i) => i + 1))(
    "D3, D4, D5: a crew and the server die together, at any step of a job: none is lost (seed %i)",
    async (seed) => {
      const random = randomOf(seed);
      const jobs = 40;
      const pool = await fixture.open({ queueSize: 3, lease: 500, retries: 10 });
      let crew = await start(CREW, pool.name);
      const got: unknown[] = [];
      const reading = (async () => {
        for await (const { input } of pool) got.push(input);
      })();
      const queueing = (async () => {
        for (let i = 0; i < jobs; i++) await pool.queue("echo", i);
      })();
      for (let deaths = 0; deaths < 2; deaths++) {
        await crew.said("ready");
        const step = ["run", "done", "told"][random(3)];
        // The server hands on such an entry before, or while, it stores it.
        const entries = fixture.connection.subscribe(`chankit.${pool.name}.${step}.*`, {
          max: 1 + random(12),
        });
        await ended(entries);
        await Promise.all([crew.kill(), fixture.server.kill("SIGKILL")]);
        await fixture.server.start();
        crew = await start(CREW, pool.name);
      }
      await queueing;
      await pool.close();
      await reading;
      expect(got.map(Number).sort((a, b) => a - b)).toEqual(
        Array.from({ length: jobs }, (_, i) => i),
      );
      expect(await stats(pool)).toEqual({ accepted: jobs, retrieved: jobs });
    },
  );

  it("D3, D4: clocks that differ by hours: nothing is compared with them", async () => {
    const pool = await fixture.open();
    for (const hours of [-5, 5]) {
      const clock = `const now = Date.now; Date.now = () => now() + ${hours} * 3_600_000;`;
      const crew = await start(clock + CREW, pool.name);
      await crew.said("ready");
    }
    const queueing = await start(
      `Date.now = () => 0;
       const pool = await DistributedPool.open(connection, name);
       for (let i = 0; i < 20; i++) await pool.queue("echo", i % 10, { id: String(i % 10) });
       say("queued");`,
      pool.name,
    );
    await queueing.said("queued");
    const ends: unknown[] = [];
    await pool.close();
    for await (const { input, attempts } of pool) ends.push([Number(input), attempts]);
    expect(ends.sort()).toEqual(Array.from({ length: 10 }, (_, i) => [i, 1]));
    expect(await stats(pool)).toEqual({ accepted: 10, retrieved: 10 });
  });

  it("D1, D7: a reader that is killed: what it had claimed is gone with it, the rest is told to others", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name, 2);
    for (let i = 0; i < 30; i++) await pool.queue("echo", i);
    const reader = await start(
      `const pool = await DistributedPool.open(connection, name);
       for await (const { input } of pool) { say("got " + input); if (input === 9) say("enough"); }`,
      pool.name,
    );
    await reader.said("enough");
    await reader.kill();
    const others = await DistributedPool.open(fixture.connection, pool.name);
    void pool.close();
    const got: unknown[] = [];
    for await (const { input } of others) got.push(input);
    await others.leave();
    const both = [
      ...reader.words.filter((word) => word !== "enough"),
      ...got.map((n) => `got ${String(n)}`),
    ];
    expect(new Set(both).size).toBe(both.length);
    // One was on its way, maybe.
    expect(both.length).toBeGreaterThanOrEqual(29);
    await until(
      () => pool.stats(),
      ({ retrieved }) => retrieved === 30,
    );
  });
});

/** Resolves when as many messages have come as were asked for. */
async function ended(messages: AsyncIterable<unknown>): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}

/** Whole numbers below `n`, which follow from the seed. */
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
}
