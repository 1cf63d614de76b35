// Pools, by what they tell through their cell: here a test is the pool.

import { describe, expect, it } from "@jest/globals";

import type { Tracker } from "../../src/debug/tracker.js";
import { FakeHost, inHost, type Sighted } from "../support/fake-host.js";
import { isGarbage } from "../support/memory.js";
import { settle } from "../support/settle.js";

interface Watch {
  tell(pool: object, event: string): void;
  run(job: object, run: () => unknown): unknown;
  ended(job: object, failed: boolean, outcome: unknown): void;
}

const cells = globalThis as unknown as Record<symbol, { watch?: Watch } | undefined>;
const SIGHT = Symbol.for("chankit");
const CELL = Symbol.for("@chankit/pool");
const PART_OF = Symbol.for("@chankit/channel/part-of");

class WorkerPool {
  readonly stats = { waiting: 0, inProgress: 0, finished: 0, blocked: 0 };
  readonly state = "open";
  readonly name: string | undefined;
  constructor(name?: string) {
    this.name = name;
  }
  get [Symbol.toStringTag](): string {
    return "WorkerPool";
  }
}

/** A channel of a kind of its own, as those of a pool are. */
function ownChan({ CustomChan }: Sighted, cap: number) {
  class Own extends CustomChan<number> {
    readonly cap = cap;
    readonly #buffer: number[] = [];
    get len(): number {
      return this.#buffer.length;
    }
    protected poll() {
      const value = this.#buffer.shift();
      return value === undefined ? undefined : ({ ok: true, value, done: false } as const);
    }
    protected offer(value: number): boolean {
      return this.len < cap && this.#buffer.push(value) > 0;
    }
  }
  return new Own();
}

function watch(): Watch {
  return cells[CELL]?.watch as Watch;
}

/** What is written at the end, after `act` has told of a pool. */
async function stderrOf(act: (copy: Sighted) => unknown): Promise<string> {
  const host = new FakeHost();
  await inHost(host, async (copy) => {
    await act(copy);
    await host.end();
  });
  return host.stderr;
}

class Thumbnail {
  readonly file = "a.png";
}

describe("V1: a pool at the end", () => {
  it("is told if a job that runs does not end", async () => {
    const pool = new WorkerPool("thumbs");
    pool.stats.inProgress = 1;
    const stderr = await stderrOf(() => {
      watch().run({ pool, worker: 3, job: new Thumbnail() }, () => 0);
    });
    expect(stderr).toMatch(
      /^fatal error[^]*task "thumbs worker 3" \[wait\]:\n {2}WorkerPool "thumbs"/,
    );
    expect(stderr).toContain("(state open, waiting 0, in progress 1, finished 0, blocked 0)");
    expect(stderr).toContain("a job that runs does not end");
  });

  it("is not told if it was made, and its job begun, in a test that is over; what was before is", async () => {
    const [before, within] = [new WorkerPool("before"), new WorkerPool("within")];
    within.stats.waiting = 1;
    const stderr = await stderrOf(() => {
      const { tracker } = (globalThis as unknown as Record<symbol, { tracker: Tracker }>)[SIGHT]!;
      const [open, busy] = [new WorkerPool("open"), new WorkerPool("busy")];
      open.stats.waiting = 1;
      watch().tell(open, "open");
      watch().run({ pool: before, worker: 0, job: new Thumbnail() }, () => 0);
      const mark = tracker.mark();
      watch().tell(within, "open");
      watch().run({ pool: busy, worker: 0, job: new Thumbnail() }, () => 0);
      tracker.forget(mark);
    });
    expect(stderr).toContain('WorkerPool "before"');
    expect(stderr).toContain('WorkerPool "open"');
    expect(stderr).not.toMatch(/"within"|"busy/);
  });

  it("is told by the operation for which its job waits", async () => {
    const pool = new WorkerPool();
    const stderr = await stderrOf(({ Chan, named }) => {
      const job = { pool, worker: 0, job: new Thumbnail() };
      watch().run(job, () => named("inner", () => new Chan(0, { name: "jobs" }).recv()));
      watch().run({ ...job, worker: 1 }, () => new Chan(0, { name: "others" }).recv());
    });
    expect(stderr).toMatch(/task "inner" \[receive\]:\n {2}Chan "jobs"/);
    expect(stderr).toMatch(/task "WorkerPool worker 1" \[receive\]:\n {2}Chan "others"/);
    expect(stderr).not.toContain("a job that runs");
  });

  it("is told if jobs wait in its queue and none runs", async () => {
    const [idle, paused] = [new WorkerPool("idle"), new WorkerPool("paused")];
    paused.stats.waiting = 2;
    const stderr = await stderrOf(() => {
      for (const pool of [idle, paused]) watch().tell(pool, "open");
      watch().tell(idle, "close");
    });
    expect(stderr).toMatch(/WorkerPool "paused" \(state open, waiting 2,/);
    expect(stderr).toContain("none of them is started");
    expect(stderr).not.toContain("idle");
  });

  it("is not told if its jobs have ended, or if it is none that has counters", async () => {
    const pool = new WorkerPool("thumbs");
    const stderr = await stderrOf(() => {
      const job = { pool, worker: 0, job: undefined };
      watch().run(job, () => 0);
      watch().ended(job, true, new Error());
      watch().ended(job, true, new Error());
      watch().tell({}, "open");
    });
    expect(stderr).toBe("");
  });

  it("is told once, by its job that runs, if others wait in its queue", async () => {
    const pool = new WorkerPool("busy");
    pool.stats.waiting = 2;
    const stderr = await stderrOf(() => {
      watch().tell(pool, "open");
      watch().run({ pool, worker: 0, job: undefined }, () => 0);
    });
    expect(stderr.match(/WorkerPool "busy"/g)).toHaveLength(1);
    expect(stderr).toContain("does it wait for one of them, in its own pool?");
  });

  it.each([true, false])(
    "is told by its name, if it is garbage; with a registry: %p",
    async (has) => {
      const { FinalizationRegistry } = globalThis;
      if (!has) Reflect.deleteProperty(globalThis, "FinalizationRegistry");
      try {
        const stderr = await stderrOf(async () => {
          const ref = (() => {
            const pool = new WorkerPool("forgotten");
            watch().run({ pool: new WorkerPool("gone"), worker: 0, job: undefined }, () => 0);
            watch().tell(pool, "open");
            watch().ended({ pool, worker: 0, job: undefined }, false, 0);
            return new WeakRef(pool);
          })();
          expect(await isGarbage(ref)).toBe(true);
        });
        expect(stderr).toMatch(/task "gone worker 0" \[wait\]:\n {2}WorkerPool "gone"/);
        expect(stderr).not.toContain("forgotten");
      } finally {
        Object.assign(globalThis, { FinalizationRegistry });
      }
    },
  );

  it.each(["recv", "send", "select", "wait", "acquire"] as const)(
    "tells a job that waits for its own pool as that: %s",
    async (kind) => {
      const pool = new WorkerPool("thumbs");
      const stderr = await stderrOf((c) => {
        const things = {
          recv: ownChan(c, 0),
          send: ownChan(c, 0),
          select: ownChan(c, 0),
          wait: new c.WaitGroup(),
          acquire: new c.Semaphore(1),
        };
        things.wait.add();
        things.acquire.tryAcquire();
        Object.assign(things[kind], { [PART_OF]: pool });
        watch().run({ pool, worker: 0, job: new Thumbnail() }, () => {
          if (kind === "recv") void things.recv.recv();
          if (kind === "send") void things.send.send(1);
          if (kind === "select") void c.select({ a: things.select });
          if (kind === "wait") void things.wait.wait();
          if (kind === "acquire") void things.acquire.acquire();
        });
        // For another pool it is not told so.
        watch().run({ pool: new WorkerPool(), worker: 0, job: 0 }, () => {
          void new c.Chan(0, { name: "foreign" }).recv();
        });
      });
      expect(stderr).toMatch(/\n {2}WorkerPool "thumbs"[^\n]*\n {2}a job waits here for/);
      expect(stderr.match(/a job waits here/g)).toHaveLength(1);
    },
  );
});

describe("V4: a pool in a recording", () => {
  it("has its jobs by worker, and nothing of its own channels", async () => {
    await inHost(new FakeHost(), async (c) => {
      const recording = c.record();
      const pool = new WorkerPool("thumbs");
      const own = Object.assign(ownChan(c, 1), { [PART_OF]: pool });
      const job = { pool, worker: 1, job: new Thumbnail() };
      watch().run(job, () => undefined);
      void own.recv();
      void c.select({ own });
      own.trySend(1);
      own.trySend(2);
      own.tryRecv();
      own.tryRecv();
      await settle();
      watch().ended(job, false, 1);
      const fn = { pool, worker: 0, job: undefined };
      watch().run(fn, () => undefined);
      watch().ended(fn, true, new Error());
      expect(
        recording.events.map(({ kind, task, on, detail }) => [kind, task, on, detail]),
      ).toEqual([
        ["job", "thumbs worker 1", 'WorkerPool "thumbs"', "Thumbnail"],
        ["job", "thumbs worker 0", 'WorkerPool "thumbs"', "function failed"],
      ]);
      const [first] = recording.events;
      expect(first?.since).toBeLessThan(first?.time as number);
      recording.stop();
    });
  });
});

describe("the cell of pools", () => {
  it("is looked at by several: those that were there before are told as well", async () => {
    const told: string[] = [];
    const host = new FakeHost();
    const other: Watch = {
      tell: (_, event) => told.push(event),
      run: (_, run) => {
        told.push("run");
        return run();
      },
      ended: () => told.push("ended"),
    };
    await inHost(host, () => undefined);
    const before = cells[CELL];
    cells[CELL] = { watch: other };
    const { jest } = await import("@jest/globals");
    const debugCell = Symbol.for("chankit");
    const debugBefore = cells[debugCell];
    Reflect.deleteProperty(cells, debugCell);
    await jest.isolateModulesAsync(async () => {
      await import("../../src/debug/index.js");
    });
    const pool = new WorkerPool();
    const job = { pool, worker: 0, job: undefined };
    watch().tell(pool, "open");
    expect(watch().run(job, () => 5)).toBe(5);
    watch().ended(job, false, 5);
    cells[CELL] = before;
    cells[debugCell] = debugBefore;
    expect(told).toEqual(["open", "run", "ended"]);
  });
});
