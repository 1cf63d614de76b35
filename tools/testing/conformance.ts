// The rules of a pool that hold for every kind of pool, as tests that a package runs against its own. What
// differs is said by the factory, with a reason.

import { expect, it } from "@jest/globals";

/** A job that the test holds in its hands. */
interface HeldJob {
  /** Resolves when it has started. */
  started(): Promise<unknown>;
  end(): Promise<void> | void;
  fail(reason: Error): Promise<void> | void;
}

/** Counters as every pool has them. */
interface Counters {
  readonly accepted: number;
  readonly waiting: number;
  readonly inProgress: number;
  readonly finished: number;
  readonly retrieved: number;
  readonly skipped: number;
  readonly failed: number;
  readonly blocked: number;
}

/** A finished job, by its name. */
interface End {
  readonly name: string;
  readonly status: "fulfilled" | "rejected";
}

/** A pool of one of the kinds. Jobs go by names; each runs until the test ends it. */
interface AnyPool {
  queue(name: string, options?: { readonly signal?: AbortSignal }): Promise<void>;
  tryQueue(name: string): Promise<boolean>;
  job(name: string): HeldJob;
  retrieve(options?: { readonly signal?: AbortSignal }): Promise<End | undefined>;
  tryRetrieve(): Promise<{ readonly finished: End | undefined; readonly done: boolean }>;
  close(): Promise<unknown>;
  /** The names of the skipped jobs. */
  stop(): Promise<readonly string[]>;
  shutdown(): Promise<{ readonly skipped: readonly string[]; readonly unread: readonly End[] }>;
  stats(): Promise<Counters>;
}

type Awaitable<T> = T | Promise<T>;

/** The verbs that pools of all kinds have alike, of jobs `J` and finished ones `F`. */
interface Verbs<J, F> {
  retrieve(options?: { readonly signal?: AbortSignal }): Promise<F | undefined>;
  tryRetrieve(): Awaitable<{ readonly finished: F | undefined; readonly done: boolean }>;
  close(): Promise<unknown>;
  stop(): Promise<readonly J[]>;
  shutdown(): Promise<{ readonly skipped: readonly J[]; readonly unread: readonly F[] }>;
}

/** These verbs of `pool`: `nameOf` is the name of a job, `jobOf` the job that has finished. */
export function byName<J, F extends Pick<End, "status">>(
  pool: Verbs<J, F>,
  nameOf: (job: J) => string,
  jobOf: (finished: F) => J,
): Pick<AnyPool, keyof Verbs<J, F>> {
  const endOf = (finished: F): End => ({ name: nameOf(jobOf(finished)), status: finished.status });
  return {
    retrieve: async (options) => {
      const finished = await pool.retrieve(options);
      return finished && endOf(finished);
    },
    tryRetrieve: async () => {
      const { finished, done } = await pool.tryRetrieve();
      return { finished: finished && endOf(finished), done };
    },
    close: () => pool.close(),
    stop: async () => (await pool.stop()).map(nameOf),
    shutdown: async () => {
      const { skipped, unread } = await pool.shutdown();
      return { skipped: skipped.map(nameOf), unread: unread.map(endOf) };
    },
  };
}

/** How to make one kind of pool. */
interface Kind {
  /** What tests of this kind cite beside the rules of section P. */
  readonly rule?: string;
  readonly make: (options: {
    readonly workers: number;
    readonly queueSize: number;
    readonly finishedSize?: number;
  }) => Promise<AnyPool>;
}

/** Defines the tests for a kind. */
export function conforms({ make, rule }: Kind): void {
  const cite = (rules: string): string => (rule === undefined ? rules : `${rules}, ${rule}`);

  it(`${cite("P3, P4")}: jobs start in the order of the calls; queue waits for room, tryQueue does not overtake`, async () => {
    const pool = await make({ workers: 1, queueSize: 1 });
    await pool.queue("a");
    await pool.job("a").started();
    await until(pool, ({ waiting }) => waiting === 0);
    await accept(pool, "b");
    const order: string[] = [];
    const waiting = ["c", "d"].map((name) => pool.queue(name).then(() => order.push(name)));
    await until(pool, ({ blocked }) => blocked === 2);
    expect(await pool.tryQueue("e")).toBe(false);
    for (const name of ["a", "b", "c", "d"]) {
      await pool.job(name).started();
      await pool.job(name).end();
    }
    await Promise.all(waiting);
    expect(order).toEqual(["c", "d"]);
    expect(await read(pool, 4)).toEqual(["a", "b", "c", "d"]);
  });

  it(`${cite("P4")}: close refuses those that wait and all that come; they never run`, async () => {
    const pool = await make({ workers: 1, queueSize: 1 });
    await pool.queue("a");
    await pool.job("a").started();
    await accept(pool, "b");
    const waiting = pool.queue("c");
    waiting.catch(() => undefined);
    await until(pool, ({ blocked }) => blocked === 1);
    const closed = pool.close();
    const refused = { code: "ERR_POOL_CLOSED" };
    await expect(waiting).rejects.toMatchObject(refused);
    await expect(pool.queue("d")).rejects.toMatchObject(refused);
    await expect(pool.tryQueue("e")).rejects.toMatchObject(refused);
    await pool.job("a").end();
    await pool.job("b").started();
    await pool.job("b").end();
    await closed;
    expect(await law(pool)).toMatchObject({ accepted: 2, finished: 2, blocked: 0 });
  });

  it(`${cite("P5, P6")}: stop skips what waits; what is in progress ends; results can still be read`, async () => {
    const pool = await make({ workers: 1, queueSize: 5 });
    await pool.queue("a");
    await pool.job("a").started();
    for (const name of ["b", "c"]) await pool.queue(name);
    const closed = pool.close();
    const stopped = pool.stop();
    await until(pool, ({ skipped }) => skipped === 2);
    expect(await law(pool)).toMatchObject({ accepted: 3, inProgress: 1, skipped: 2 });
    await pool.job("a").end();
    expect([...(await stopped)]).toEqual(["b", "c"]);
    await closed;
    expect([...(await pool.stop())]).toEqual(["b", "c"]);
    expect(await read(pool, 1)).toEqual(["a"]);
    expect(await pool.retrieve()).toBeUndefined();
  });

  it(`${cite("P7")}: tryRetrieve gives a result, or says whether there can be another`, async () => {
    const pool = await make({ workers: 1, queueSize: 1 });
    expect(await pool.tryRetrieve()).toMatchObject({ finished: undefined, done: false });
    await pool.queue("a");
    await pool.job("a").started();
    await pool.job("a").end();
    await until(pool, ({ finished }) => finished === 1);
    expect(await pool.tryRetrieve()).toMatchObject({ finished: { name: "a" }, done: false });
    await pool.close();
    expect(await pool.tryRetrieve()).toMatchObject({ finished: undefined, done: true });
    expect(await pool.retrieve()).toBeUndefined();
  });

  it(`${cite("P8")}: shutdown wakes readers, and gives back what was skipped and not read`, async () => {
    const pool = await make({ workers: 1, queueSize: 5 });
    await pool.queue("a");
    await pool.job("a").started();
    await pool.queue("b");
    const reader = pool.retrieve();
    const down = pool.shutdown();
    expect(await reader).toBeUndefined();
    await pool.job("a").fail(new Error("late"));
    const both = { skipped: ["b"], unread: [{ name: "a", status: "rejected" }] };
    expect(await down).toEqual(both);
    expect(await pool.shutdown()).toEqual(both);
    expect(await law(pool)).toMatchObject({ skipped: 1, retrieved: 1, failed: 1 });
  });

  it(`${cite("P9")}: a job that fails is finished, counts as failed, and its worker runs the next one`, async () => {
    const pool = await make({ workers: 1, queueSize: 5 });
    for (const name of ["a", "b"]) await pool.queue(name);
    await pool.job("a").started();
    await pool.job("a").fail(new RangeError("no"));
    expect(await pool.retrieve()).toEqual({ name: "a", status: "rejected" });
    await pool.job("b").started();
    await pool.job("b").end();
    expect(await pool.retrieve()).toEqual({ name: "b", status: "fulfilled" });
    expect(await law(pool)).toMatchObject({ accepted: 2, retrieved: 2, failed: 1 });
    await pool.close();
  });

  it(`${cite("P3, P7")}: results go to the readers that wait, one each, in order; then all are told the end`, async () => {
    const pool = await make({ workers: 1, queueSize: 5 });
    const readers = Array.from({ length: 4 }, () => pool.retrieve());
    for (const name of ["a", "b"]) {
      await pool.queue(name);
      await pool.job(name).started();
      await pool.job(name).end();
    }
    const ends = [
      { name: "a", status: "fulfilled" },
      { name: "b", status: "fulfilled" },
    ];
    expect(await Promise.all(readers.slice(0, 2))).toEqual(ends);
    await pool.close();
    expect(await Promise.all(readers)).toEqual([...ends, undefined, undefined]);
  });

  it(`${cite("P5, P6")}: close, stop and shutdown may be called again, in any order; an empty pool ends at once`, async () => {
    const pool = await make({ workers: 1, queueSize: 5 });
    const nothing = { skipped: [], unread: [] };
    expect([...(await pool.stop())]).toEqual([]);
    await pool.close();
    expect(await pool.shutdown()).toEqual(nothing);
    expect(await pool.tryRetrieve()).toMatchObject({ finished: undefined, done: true });
    await Promise.all([pool.stop(), pool.close(), pool.shutdown()]);
    expect(await pool.shutdown()).toEqual(nothing);
    await expect(pool.queue("a")).rejects.toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(await law(pool)).toMatchObject({ accepted: 0 });
  });

  it(`${cite("P1, P6")}: unread results hold up the workers of an open pool, and no end`, async () => {
    const pool = await make({ workers: 1, queueSize: 5, finishedSize: 1 });
    for (const name of ["a", "b", "c"]) await pool.queue(name);
    for (const name of ["a", "b"]) {
      await pool.job(name).started();
      await pool.job(name).end();
    }
    await until(pool, ({ finished }) => finished === 2);
    expect(await law(pool)).toMatchObject({ finished: 2, waiting: 1, inProgress: 0 });
    const closed = pool.close();
    await pool.job("c").started();
    await pool.job("c").end();
    await closed;
    expect(await read(pool, 3)).toEqual(["a", "b", "c"]);
  });

  it(`${cite("P4")}: a signal withdraws a caller, and a reader, that waits`, async () => {
    const pool = await make({ workers: 1, queueSize: 1 });
    const controller = new AbortController();
    const { signal } = controller;
    const reader = pool.retrieve({ signal });
    await pool.queue("a");
    await pool.job("a").started();
    await accept(pool, "b");
    const caller = pool.queue("c", { signal });
    const both = Promise.allSettled([reader, caller]);
    await until(pool, ({ blocked }) => blocked === 1);
    controller.abort("enough");
    expect((await both).map((it) => (it as { reason?: unknown }).reason)).toEqual([
      "enough",
      "enough",
    ]);
    expect(await law(pool)).toMatchObject({ accepted: 2, blocked: 0 });
    const stopped = pool.stop();
    await pool.job("a").end();
    expect([...(await stopped)]).toEqual(["b"]);
  });
}

/** Queues a job where there is room, or will be in a moment: of some pools it is there a little later. */
async function accept(pool: AnyPool, name: string): Promise<void> {
  while (!(await pool.tryQueue(name)));
}

/** Asks again, each time in a later turn, until it is so. */
async function until(pool: AnyPool, isSo: (counters: Counters) => boolean): Promise<void> {
  while (!isSo(await pool.stats())) await new Promise((resolve) => setImmediate(resolve));
}

async function read(pool: AnyPool, count: number): Promise<readonly (string | undefined)[]> {
  const names: (string | undefined)[] = [];
  for (let i = 0; i < count; i++) names.push((await pool.retrieve())?.name);
  return names;
}

/** The counters, which obey the law. */
async function law(pool: AnyPool): Promise<Counters> {
  const counters = await pool.stats();
  const { accepted, waiting, inProgress, finished, retrieved, skipped } = counters;
  expect(waiting + inProgress + finished + retrieved + skipped).toBe(accepted);
  return counters;
}
