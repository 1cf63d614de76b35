import { scrypt } from "node:crypto";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { createGzip, gzip } from "node:zlib";

import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { after, Chan, Limiter, named, select, Ticker, WaitGroup } from "../../src/index.js";
import { startTracking, stopTracking } from "../../src/debug/tracker.js";
import { bubble } from "../../src/testing/index.js";
import { FakeHost, inHost } from "../support/fake-host.js";

afterEach(() => {
  jest.useRealTimers();
});

const HOUR = 3_600_000;

/** What looks at pools: see `sight.ts` of the pool. */
interface Watch {
  run(job: object, body: () => unknown): unknown;
}

/** What a bubble fails with. */
async function failureOf(outcome: Promise<unknown>): Promise<string> {
  const error: unknown = await outcome.then(
    () => "nothing",
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : String(error);
}

describe("V5: in a bubble", () => {
  it("leaves what tracks waits to the others that use it", async () => {
    const tracker = startTracking();
    try {
      const mark = tracker.mark();
      const chan = new Chan<number>(0, { name: "still seen" });
      const received = chan.recv();
      await bubble(() => after(1).recv());
      expect(tracker.asleep(mark)).toHaveLength(1);
      chan.close();
      await received;
      expect(tracker.asleep(mark)).toHaveLength(0);
    } finally {
      stopTracking();
    }
  });

  it("hours pass while all tasks wait, and each run takes the same time", async () => {
    const run = () =>
      bubble(async ({ now }) => {
        const start = now();
        await after(HOUR).recv();
        await new Promise((resolve) => setTimeout(resolve, 5));
        return [start, now(), Date.now(), performance.now()];
      });
    expect(await run()).toEqual([0, HOUR + 5, HOUR + 5, HOUR + 5]);
    expect(await run()).toEqual([0, HOUR + 5, HOUR + 5, HOUR + 5]);
  });

  it("timers fire in their order, and tasks go on before the next one", async () => {
    const order = await bubble(async ({ now }) => {
      const order: string[] = [];
      const group = new WaitGroup();
      for (const ms of [30, 10, 20]) {
        group.go(async () => {
          await after(ms).recv();
          for (let i = 0; i < 100; i++) await Promise.resolve();
          order.push(`${ms} at ${now()}`);
        });
      }
      await group.wait();
      return order;
    });
    expect(order).toEqual(["10 at 10", "20 at 20", "30 at 30"]);
  });

  it("intervals, promised timers and timeouts of signals go by the same time", async () => {
    const times = await bubble(async ({ now }) => {
      const times: number[] = [];
      let n = 0;
      await new Promise<void>((resolve) => {
        const interval = setInterval(() => {
          times.push(now());
          if (++n < 2) return;
          clearInterval(interval);
          resolve();
        }, 100);
      });
      await sleep(50);
      times.push(now());
      const signal = AbortSignal.timeout(30);
      const keep = setTimeout(() => undefined, 31);
      const reason: unknown = await new Chan().recv({ signal }).catch((error: unknown) => error);
      clearTimeout(keep);
      expect((reason as Error).name).toBe("TimeoutError");
      times.push(now());
      return times;
    });
    expect(times).toEqual([100, 200, 250, 280]);
  });

  it("a ticker and a limiter keep their pace", async () => {
    const times = await bubble(async ({ now }) => {
      const limiter = new Limiter({ limit: 2, interval: 1000, burst: 1 });
      const times: number[] = [];
      for (let i = 0; i < 3; i++) {
        await limiter.wait();
        times.push(now());
      }
      using ticker = new Ticker(700);
      for (let i = 0; i < 2; i++) times.push((await ticker.recv()).value as number);
      return times;
    });
    expect(times).toEqual([0, 500, 1000, 1700, 2400]);
  });

  it("settle lets the other tasks go on, and no time pass", async () => {
    const seen = await bubble(async ({ now, settle }) => {
      let isDone = false;
      void (async () => {
        for (let i = 0; i < 1000; i++) await Promise.resolve();
        isDone = true;
        await after(10).recv();
      })();
      await settle();
      const seen = [isDone, now()];
      await after(20).recv();
      return seen;
    });
    expect(seen).toEqual([true, 0]);
  });

  it("a file that is read holds time", async () => {
    const time = await bubble(async ({ now }) => {
      const timeout = after(1).recv();
      await readFile(__filename);
      const time = now();
      await timeout;
      return time;
    });
    expect(time).toBe(0);
  });

  it("work on the threads of Node holds time", async () => {
    const time = await bubble(async ({ now }) => {
      const timeout = after(1).recv();
      await promisify(gzip)(Buffer.alloc(1_000_000));
      await promisify(scrypt)("secret", "salt", 64);
      const time = now();
      await timeout;
      return time;
    });
    expect(time).toBe(0);
  });

  it("a stream of zlib holds time until it is closed, however much later it is collected", async () => {
    const handles: unknown[] = []; // so it never is
    const time = await bubble(async ({ now }) => {
      const timeout = after(1).recv();
      const stream = createGzip();
      handles.push(Reflect.get(stream, "_handle"));
      stream.resume().end(Buffer.alloc(1_000_000));
      await once(stream, "close");
      const time = now();
      await timeout;
      return time;
    });
    expect(time).toBe(0);
    expect(handles).toEqual([expect.objectContaining({ close: expect.any(Function) })]);
  });

  it("a thread holds time, one that keeps no process alive does not", async () => {
    const ended = (worker: Worker): Promise<unknown> =>
      new Promise((resolve) => worker.on("exit", resolve));
    const times = await bubble(async ({ now }) => {
      const timeout = after(1).recv();
      await ended(new Worker("", { eval: true }));
      const times = [now()];
      await timeout;
      const idle = new Worker("setInterval(() => undefined, 1000)", { eval: true });
      idle.unref();
      await after(HOUR).recv();
      times.push(now());
      await idle.terminate();
      return times;
    });
    expect(times).toEqual([0, HOUR + 1]);
  });

  it("a request holds time, a server that listens does not", async () => {
    const [atAnswer, later] = await bubble(async ({ now }) => {
      const server = createServer((_, response) => response.end("hello"));
      await new Promise<void>((resolve) => server.listen(0, resolve));
      const timeout = after(1).recv();
      const { port } = server.address() as AddressInfo;
      await new Promise<void>((resolve) => {
        get({ port, agent: false }, (response) => {
          response.resume().on("end", resolve);
        });
      });
      const atAnswer = now();
      await timeout;
      await after(HOUR).recv();
      const later = now();
      await new Promise((resolve) => server.close(resolve));
      return [atAnswer, later];
    });
    expect([atAnswer, later]).toEqual([0, HOUR + 1]);
  });

  it("nothing that can go on is a failure, with the report of a deadlock", async () => {
    const jobs = new Chan<number>(0, { name: "jobs" });
    const failure = await failureOf(
      bubble(async () => {
        await after(1000).recv();
        await named("feed", () => jobs.send(1));
      }),
    );
    expect(failure).toMatch(
      /^fatal error: all tasks are asleep - deadlock!\n\ntask "feed" \[send\]:/,
    );
    expect(failure).toContain(
      'Chan "jobs" (cap 0, len 0), for 0 ms, since 1970-01-01T00:00:01.000Z',
    );
    expect(failure).toMatch(/bubble\.test\.ts:\d+:\d+/);
  });

  it("timers with `ref: false` do not hide that", async () => {
    const failure = failureOf(
      bubble(async () => {
        void after(10, { ref: false }).recv();
        setTimeout(() => undefined, 10).unref();
        await select({ never: new Chan(), tick: new Ticker(5, { ref: false }) });
      }),
    );
    expect(await failure).toMatch(/deadlock/);
  });

  it("tasks that are left behind are a failure, daemons are not", async () => {
    const left = failureOf(
      bubble(() => {
        void named("lost", () => new Chan().recv());
        void after(1000).recv();
        return 1;
      }),
    );
    expect(await left).toMatch(/^the program has ended, and 2 operations still wait[^]*"lost"/);
    const daemon = bubble(() => {
      void new Chan(0, { ref: false }).recv();
      void new Ticker(5, { ref: false }).recv();
      return 1;
    });
    expect(await daemon).toBe(1);
  });

  it("what the program throws is thrown, and all that is faked comes back", async () => {
    const before = [setTimeout, setInterval, Date, performance.now, AbortSignal.timeout];
    const error = new Error("mine");
    const sync = bubble(() => {
      throw error;
    });
    await expect(sync).rejects.toBe(error);
    const late = bubble(async () => {
      void new Chan().recv();
      await after(5).recv();
      throw error;
    });
    await expect(late).rejects.toBe(error);
    expect([setTimeout, setInterval, Date, performance.now, AbortSignal.timeout]).toEqual(before);
  });

  it("there is one at a time, and none under other fake timers", async () => {
    const first = bubble(() => after(1).recv());
    expect(await failureOf(bubble(() => 1))).toMatch(/one bubble at a time/);
    await first;
    jest.useFakeTimers();
    expect(await failureOf(bubble(() => 1))).toMatch(/one bubble at a time/);
    jest.useRealTimers();
    expect(await bubble(() => 1)).toBe(1);
  });

  it("work that cannot be seen has some time before the verdict", async () => {
    const { setTimeout } = globalThis;
    const late = await bubble(async ({ now }) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const jobs = new Chan<number>();
      setTimeout(() => jobs.trySend(1), 5);
      await jobs.recv();
      return now();
    });
    expect(late).toBe(0);
  });

  it("settle holds time for as long as it takes", async () => {
    const times = await bubble(async ({ now, settle }) => {
      const timer = after(5).recv();
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        await settle();
        times.push(now());
      }
      await timer;
      return times;
    });
    expect(times).toEqual([0, 0, 0, 0, 0]);
  });

  it("an operation that becomes garbage is left behind, like any other", async () => {
    const garbage: (() => void)[] = [];
    const { FinalizationRegistry } = globalThis;
    class Registry {
      readonly #callback: (held: object) => void;
      constructor(callback: (held: object) => void) {
        this.#callback = callback;
      }
      register(_: object, held: object): void {
        garbage.push(() => {
          this.#callback(held);
        });
      }
      readonly unregister = () => false;
    }
    globalThis.FinalizationRegistry = Registry as never;
    try {
      await jest.isolateModulesAsync(async () => {
        const testing = await import("../../src/testing/index.js");
        const { Chan } = await import("../../src/index.js");
        const left = testing.bubble(() => {
          void new Chan(0, { name: "gone" }).recv();
          for (const collect of garbage) collect();
        });
        expect(await failureOf(left)).toContain('Chan "gone"');
      });
    } finally {
      globalThis.FinalizationRegistry = FinalizationRegistry;
    }
    expect(garbage).toHaveLength(1);
  });

  it("works beside the debug entry, which goes on afterwards", async () => {
    await inHost(new FakeHost(), async ({ Chan, waiting }) => {
      const chan = new Chan();
      expect(await bubble(() => waiting().length)).toBe(0);
      void chan.recv();
      expect(waiting()).toHaveLength(1);
      chan.close();
    });
  });

  it("jobs of pools are tasks, which have names and may be left behind; afterwards no pool is watched", async () => {
    const cells = globalThis as unknown as Record<
      symbol,
      { watch?: Watch | undefined } | undefined
    >;
    const cell = (cells[Symbol.for("@chankit/pool")] ??= { watch: undefined });
    const pool = { name: "thumbs" };
    const run = (body: () => unknown): unknown => cell.watch?.run({ pool, worker: 1 }, body);
    const left = failureOf(bubble(() => void run(() => new Promise(() => undefined))));
    expect(await left).toMatch(
      /^the program has ended, and 1 operation still waits[^]*"thumbs worker 1"/,
    );
    const stuck = failureOf(bubble(() => run(() => new Chan().recv())));
    expect(await stuck).toMatch(/deadlock![^]*task "thumbs worker 1" \[receive\]/);
    expect(cell.watch).toBeUndefined();
    // What was loaded meanwhile, and looks through it, stays.
    const later: Watch = { run: (_, body) => body() };
    await bubble(() => (cell.watch = later));
    expect(cell.watch).toBe(later);
    await bubble(() => undefined);
    expect(cell.watch).toBe(later);
    cell.watch = undefined;
  });

  it("what waits outside of it is none of its business", async () => {
    const chan = new Chan<number>();
    const outside = chan.recv();
    expect(
      await bubble(() =>
        after(1)
          .recv()
          .then(() => "fine"),
      ),
    ).toBe("fine");
    chan.trySend(1);
    await outside;
  });

  it("without the fake timers it says what to install", async () => {
    jest.doMock("@sinonjs/fake-timers", () => {
      throw new Error("not found");
    });
    expect(await failureOf(bubble(() => 1))).toMatch(/install it/);
    jest.dontMock("@sinonjs/fake-timers");
    expect(await bubble(() => 1)).toBe(1);
  });

  it("the handles of timers may be numbers, and the fake timers an ES module", async () => {
    const timers = new Map<number, () => void>();
    let isFaked = false;
    const { setTimeout, setInterval } = globalThis;
    const install = () => {
      isFaked = true;
      globalThis.setTimeout = ((call: () => void) => {
        timers.set(1, call);
        return 1;
      }) as never;
      const next = () => {
        const call = timers.get(1);
        timers.delete(1);
        call?.();
      };
      const uninstall = () => {
        Object.assign(globalThis, { setTimeout, setInterval });
      };
      return { timers, next, uninstall };
    };
    jest.doMock("@sinonjs/fake-timers", () => ({ __esModule: true, default: { install } }));
    await bubble(() => new Promise<void>((resolve) => globalThis.setTimeout(resolve, 5)));
    await bubble(() => {
      expect(AbortSignal.timeout(5).aborted).toBe(false);
    });
    jest.dontMock("@sinonjs/fake-timers");
    expect(isFaked).toBe(true);
  });
});
