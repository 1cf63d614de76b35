// `@chankit/pool/diagnostics`: what is published, and when.

import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, tracingChannel, unsubscribe } from "node:diagnostics_channel";

import type { JobMessage, PoolMessage } from "../../src/diagnostics/index.js";
import { WorkerPool } from "../../src/index.js";

/** What was published: "start 0", with the worker; "pool close". */
let told: string[] = [];
const messages: JobMessage[] = [];
const jobs = tracingChannel("chankit:job");

const subscribers = Object.fromEntries(
  (["start", "end", "asyncStart", "asyncEnd", "error"] as const).map((event) => [
    event,
    (message: unknown) => {
      const { worker, attempt } = message as JobMessage;
      told.push(`${event} ${worker}.${attempt}`);
      messages.push(message as JobMessage);
    },
  ]),
) as unknown as Parameters<typeof jobs.subscribe>[0];

const onPool = (message: unknown): void => {
  told.push(`pool ${(message as PoolMessage).event}`);
};

beforeAll(async () => {
  await import("../../src/diagnostics/index.js");
  jobs.subscribe(subscribers);
  subscribe("chankit:pool", onPool);
});

afterAll(() => {
  jobs.unsubscribe(subscribers);
  unsubscribe("chankit:pool", onPool);
});

beforeEach(() => {
  told = [];
  messages.length = 0;
});

describe("V6: chankit:job", () => {
  it("tells a synchronous job: start, end", async () => {
    const pool = new WorkerPool({ workers: 1, name: "thumbs" });
    told = [];
    const job = { run: () => 5 };
    await pool.queue(job);
    await pool.retrieve();
    expect(told).toEqual(["start 0.1", "end 0.1"]);
    const [message] = messages;
    expect(message).toMatchObject({ name: "thumbs", worker: 0, attempt: 1 });
    expect(message?.pool).toBe(pool);
    expect(message?.job).toBe(job);
  });

  it("tells an asynchronous function, with what it gave, by one message", async () => {
    const pool = new WorkerPool({ workers: 1 });
    told = [];
    expect(await pool.submit(async () => 5)).toBe(5);
    expect(told).toEqual(["start 0.1", "end 0.1", "asyncStart 0.1", "asyncEnd 0.1"]);
    expect(new Set(messages).size).toBe(1);
    expect(messages[0]).toMatchObject({ name: undefined, job: undefined, result: 5 });
  });

  it("tells failures: before the end of a run that throws, and when one rejects", async () => {
    const pool = new WorkerPool({ workers: 1 });
    told = [];
    const error = new Error("mine");
    const fail = (): never => {
      throw error;
    };
    await expect(pool.submit(fail)).rejects.toBe(error);
    expect(told).toEqual(["start 0.1", "error 0.1", "end 0.1"]);
    expect(messages[0]?.error).toBe(error);
    told = [];
    await expect(pool.submit(async () => fail())).rejects.toBe(error);
    expect(told).toEqual(["start 0.1", "end 0.1", "error 0.1", "asyncStart 0.1", "asyncEnd 0.1"]);
    expect(messages.at(-1)?.error).toBe(error);
  });

  it("tells each try by itself, and the worker that it is on", async () => {
    const pool = new WorkerPool({ workers: 2, retry: { times: 1 } });
    told = [];
    let failures = 0;
    await Promise.all([
      pool.submit(async () => {
        await new Promise(setImmediate);
        if (failures++ === 0) throw new Error();
      }),
      pool.submit(() => new Promise(setImmediate)),
    ]);
    expect(told.filter((line) => line.startsWith("start"))).toHaveLength(3);
    expect(messages.map(({ attempt }) => attempt)).toContain(2);
    expect(new Set(messages.map(({ worker }) => worker))).toEqual(new Set([0, 1]));
  });

  it("gives a run the store that is bound to its start", async () => {
    const store = new AsyncLocalStorage<string>();
    jobs.start.bindStore(store, (message) => `attempt ${(message as JobMessage).attempt}`);
    const pool = new WorkerPool({ workers: 1 });
    const seen = await pool.submit(async () => {
      await Promise.resolve();
      return store.getStore();
    });
    jobs.start.unbindStore(store);
    expect(seen).toBe("attempt 1");
    expect(store.getStore()).toBeUndefined();
  });

  it("costs a job that is odd nothing: its promise is not looked at", async () => {
    const pool = new WorkerPool({ workers: 1 });
    told = [];
    let looks = 0;
    const odd = {
      get then() {
        looks++;
        return (resolve: (value: number) => void) => {
          resolve(5);
        };
      },
    };
    expect(await pool.submit(() => odd)).toBe(5);
    // The pool looks whether it is thenable, and the promise that follows it does.
    expect(looks).toBe(2);
    expect(told.at(-1)).toBe("asyncEnd 0.1");
  });
});

describe("V6: chankit:pool", () => {
  it.each([
    ["close", (pool: WorkerPool) => pool.close()],
    ["stop", (pool: WorkerPool) => pool.stop()],
    ["abort", (pool: WorkerPool) => pool.abort()],
    ["shutdown", (pool: WorkerPool) => pool.shutdown()],
  ])("tells what becomes of a pool: %s", async (verb, end) => {
    const pool = new WorkerPool({ workers: 1, name: "thumbs" });
    const received: PoolMessage[] = [];
    const listener = (message: unknown): void => void received.push(message as PoolMessage);
    subscribe("chankit:pool", listener);
    pool.resize(3);
    await end(pool);
    await end(pool);
    unsubscribe("chankit:pool", listener);
    expect(told).toEqual(["pool open", "pool resize", `pool ${verb}`, "pool terminated"]);
    expect(received[0]).toEqual({ pool, name: "thumbs", event: "resize" });
  });

  it("tells calls that go further, and none that changes nothing", async () => {
    const pool = new WorkerPool({ workers: 1 });
    let end: ((value: undefined) => void) | undefined;
    const running = pool.submit(() => new Promise<undefined>((resolve) => (end = resolve)));
    await Promise.resolve();
    told = [];
    const ends = [
      pool.close(),
      pool.close(),
      pool.stop(),
      pool.stop(),
      pool.close(),
      pool.abort(),
      pool.shutdown(),
    ];
    expect(told).toEqual(["pool close", "pool stop", "pool abort", "pool shutdown"]);
    end?.(undefined);
    await running;
    await Promise.all(ends);
    expect(told.at(-1)).toBe("pool terminated");
  });

  it("tells a close while nothing can be queued any more", async () => {
    const pool = new WorkerPool({ workers: 1 });
    let refusal: unknown;
    const listener = (message: unknown): void => {
      if ((message as PoolMessage).event !== "close") return;
      void pool.queue({ run: () => undefined }).catch((reason: unknown) => (refusal = reason));
    };
    subscribe("chankit:pool", listener);
    await pool.close();
    unsubscribe("chankit:pool", listener);
    await Promise.resolve();
    expect(refusal).toMatchObject({ code: "ERR_POOL_CLOSED" });
    expect(pool.stats.accepted).toBe(0);
  });

  it("publishes nothing while there are no subscribers", async () => {
    unsubscribe("chankit:pool", onPool);
    const pool = new WorkerPool({ workers: 1 });
    await pool.close();
    subscribe("chankit:pool", onPool);
    expect(told).toEqual([]);
  });
});

describe("V6: a run that had begun before", () => {
  it("is not told at its end", async () => {
    await jest.isolateModulesAsync(async () => {
      const cells = globalThis as unknown as Record<symbol, { watch: unknown }>;
      const cell = cells[Symbol.for("@chankit/pool")] as { watch: unknown };
      const { watch } = cell;
      const other = {
        tell: jest.fn(),
        run: jest.fn((_, run: () => unknown) => run()),
        ended: jest.fn(),
      };
      cell.watch = other;
      const { WorkerPool: Pool } = await import("../../src/index.js");
      const pool = new Pool({ workers: 1 });
      let end: ((value: undefined) => void) | undefined;
      const running = pool.submit(() => new Promise<undefined>((resolve) => (end = resolve)));
      await Promise.resolve();
      await Promise.resolve();
      await import("../../src/diagnostics/index.js");
      told = [];
      end?.(undefined);
      await running;
      expect(told).toEqual([]);
      // What had looked on before is told all the same.
      expect(other.ended).toHaveBeenCalledTimes(1);
      await pool.submit(() => undefined);
      expect(other.run).toHaveBeenCalledTimes(2);
      await pool.close();
      expect(other.tell).toHaveBeenCalledWith(pool, "terminated");
      cell.watch = undefined;
      const unseen = pool.workers[0]?.busy;
      expect(unseen).toBe(false);
      cell.watch = watch;
    });
  });

  it("goes on if what looked on is gone by its end", async () => {
    const cells = globalThis as unknown as Record<symbol, { watch: unknown }>;
    const cell = cells[Symbol.for("@chankit/pool")] as { watch: unknown };
    const { watch } = cell;
    const pool = new WorkerPool({ workers: 1 });
    let end: ((value: number) => void) | undefined;
    const running = pool.submit(() => new Promise<number>((resolve) => (end = resolve)));
    await Promise.resolve();
    await Promise.resolve();
    cell.watch = undefined;
    end?.(5);
    expect(await running).toBe(5);
    cell.watch = watch;
  });
});

describe("V6: a host without diagnostics channels", () => {
  it("cannot load it, and is told why", async () => {
    const { process } = globalThis;
    for (const value of [undefined, {}, { getBuiltinModule: () => undefined }]) {
      Object.defineProperty(globalThis, "process", { value, configurable: true });
      await jest.isolateModulesAsync(async () => {
        await expect(import("../../src/diagnostics/index.js")).rejects.toThrow(/needs node:diag/);
      });
      Object.defineProperty(globalThis, "process", { value: process, configurable: true });
    }
  });
});
