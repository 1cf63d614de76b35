import { describe, expect, it } from "@jest/globals";

import { FakeHost, inHost } from "../support/fake-host.js";
import { isGarbage } from "../support/memory.js";
import { settle } from "../support/settle.js";

describe("V1: waiting()", () => {
  it("has each operation that waits, and none that is over", async () => {
    await inHost(new FakeHost(), async (c) => {
      const jobs = new c.Chan<number>(0, { name: "jobs" });
      const out = new c.Chan<number>(0, { name: "out", ref: false });
      const aborter = new AbortController();
      const before = Date.now();
      async function task(): Promise<void> {
        await jobs.recv();
      }
      void c.named("reader", task);
      void out.send(1);
      void c.select({ job: jobs, out: c.send(out, 1) });
      void c.select([jobs]);
      const group = new c.WaitGroup();
      group.add();
      void group.wait();
      void new c.Semaphore(1).acquire(2, { signal: aborter.signal }).catch(() => undefined);

      const list = c.waiting();
      expect(list.map(({ kind, on, task, daemon }) => [kind, on, task, daemon])).toEqual([
        ["receive", 'Chan "jobs"', "reader", false],
        ["send", 'Chan "out"', undefined, true],
        ["select", 'Chan "jobs", send to Chan "out"', undefined, true],
        ["select", 'Chan "jobs"', undefined, false],
        ["wait", "WaitGroup", undefined, false],
        ["acquire", "Semaphore", undefined, false],
      ]);
      for (const { since, stack } of list) {
        expect(since).toBeGreaterThanOrEqual(before);
        expect(stack.split("\n")[0]).toMatch(/^at .*waiting\.test\.ts:\d+:\d+\)?$/);
      }
      expect(Object.keys(list[0] as object)).toHaveLength(6);

      jobs.trySend(1);
      await settle();
      expect(c.waiting()).toHaveLength(5);
      jobs.close();
      aborter.abort();
      expect(c.waiting().map(({ kind }) => kind)).toEqual(["send", "wait"]);
      expect(out.tryRecv()?.value).toBe(1);
      group.done();
      expect(c.waiting()).toEqual([]);
    });
  });

  it("tells kinds by their own names", async () => {
    await inHost(new FakeHost(), async (c) => {
      class Jobs extends c.Chan<number> {}
      class Own extends c.CustomChan<number> {
        readonly cap = 0;
        readonly len = 0;
        readonly name = "mine";
        protected poll(): undefined {
          return undefined;
        }
        protected offer(): boolean {
          return false;
        }
      }
      const own = new Own();
      const news = new c.Broadcast<number>({ name: "news" });
      const reader = news.subscribe(0, { name: "reader" });
      const other = news.subscribe();
      const mutex = new c.Mutex();
      const limiter = new c.Limiter({ limit: 1, burst: 1 });
      const group = new c.Group({ limit: 1 });
      const aborter = new AbortController();
      const { signal } = aborter;
      void mutex.lock();
      limiter.allow();
      const waits = [
        new Jobs().recv({ signal }),
        own.recv({ signal }),
        own.send(1, { signal }),
        news.send(1, { signal }),
        reader.recv({ signal }),
        other.recv({ signal: AbortSignal.abort() }),
        c.after(60_000).recv({ signal }),
        new c.Ticker(60_000).recv({ signal }),
        mutex.lock({ signal }),
        limiter.wait(1, { signal }),
      ];
      for (const wait of waits) wait.catch(() => undefined);
      void group.go(() =>
        c
          .after(60_000)
          .recv({ signal })
          .catch(() => undefined),
      );
      void group.go(() => undefined);
      void group.wait();
      await settle();
      expect(c.waiting().map(({ kind, on }) => `${kind} ${on}`)).toEqual([
        "receive Jobs",
        'receive Own "mine"',
        'send Own "mine"',
        'send Broadcast "news"',
        'receive Subscription "reader"',
        "receive After",
        "receive Ticker",
        "acquire Mutex",
        "wait Limiter",
        "receive After",
        "wait Group",
        "wait Group",
      ]);
      aborter.abort();
    });
  });

  it("V7: is the same for channels that were made before it was loaded, and by all copies of the entry", async () => {
    await inHost(
      new FakeHost(),
      async (c) => {
        void c.named("old", () => new c.Chan(0, { name: "jobs" }).recv());
        expect(c.waiting()).toMatchObject([{ on: 'Chan "jobs"', task: "old" }]);
      },
      "after",
    );
  });

  it("keeps nothing alive: from the next turn on only text is kept", async () => {
    await inHost(new FakeHost(), async (c) => {
      const ref = (() => {
        const chan = new c.Chan(0, { name: "gone" });
        void chan.recv();
        return new WeakRef(chan);
      })();
      expect(await isGarbage(ref)).toBe(true);
      expect(c.waiting()).toMatchObject([{ on: 'Chan "gone"' }]);
    });
  });

  it("goes on where there is no registry for garbage, and no stack to be had", async () => {
    const { FinalizationRegistry } = globalThis;
    const { captureStackTrace } = Error;
    try {
      Reflect.deleteProperty(globalThis, "FinalizationRegistry");
      Reflect.deleteProperty(Error, "captureStackTrace");
      await inHost(new FakeHost(), (c) => {
        void new c.Chan().recv();
        expect(c.waiting()[0]?.stack).toMatch(/waiting\.test\.ts/);
      });
    } finally {
      Object.assign(globalThis, { FinalizationRegistry });
      Object.assign(Error, { captureStackTrace });
    }
  });

  it("works in a browser, where there is no process; tasks have no names", async () => {
    for (const process of [undefined, { env: {} }]) {
      await inHost(process, (c) => {
        expect(c.named("a", () => 5)).toBe(5);
        expect(c.main(() => 6)).toBe(6);
        void c.named("b", () => new c.Chan().recv());
        expect(c.waiting()).toMatchObject([{ kind: "receive", task: undefined }]);
      });
    }
  });
});

describe("V7: two copies", () => {
  it("of the entry share what they know, and the process is told once", async () => {
    const host = new FakeHost();
    await inHost(host, async (first) => {
      const { jest } = await import("@jest/globals");
      await jest.isolateModulesAsync(async () => {
        const second = await import("../../src/debug/index.js");
        const { Chan } = await import("../../src/index.js");
        void new Chan(0, { name: "second" }).recv();
        void new first.Chan(0, { name: "first" }).recv();
        expect(second.waiting().map(({ on }) => on)).toEqual(['Chan "second"', 'Chan "first"']);
        expect(first.waiting()).toEqual(second.waiting());
      });
      expect(await host.end()).toBe(2);
    });
    expect(host.stderr.match(/fatal error/g)).toHaveLength(1);
  });
});

describe("named and main", () => {
  it("V1: call their function, and give what it gives, with the entry and without", async () => {
    const { named, main } = await import("../../src/index.js");
    const error = new Error();
    const fail = () => {
      throw error;
    };
    await inHost(new FakeHost(), async (sighted) => {
      for (const c of [{ named, main }, sighted]) {
        expect(c.named("a", () => 1)).toBe(1);
        expect(c.main(() => 2)).toBe(2);
        await expect(c.main(async () => 3)).resolves.toBe(3);
        expect(() => c.named("a", fail)).toThrow(error);
        expect(() => c.main(fail)).toThrow(error);
      }
    });
  });

  it("V1: a name goes with its task through all its awaits, and to the tasks that it starts", async () => {
    await inHost(new FakeHost(), async ({ Chan, named, waiting }) => {
      const chan = new Chan();
      void named("outer", async () => {
        await Promise.resolve();
        void chan.recv();
        void named("inner", () => chan.recv());
        void chan.recv();
      });
      await settle();
      expect(waiting().map(({ task }) => task)).toEqual(["outer", "inner", "outer"]);
    });
  });
});
