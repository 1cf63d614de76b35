// What of a pool can be seen, and what cannot be got hold of.

import { inspect } from "node:util";

import { describe, expect, it, jest } from "@jest/globals";

import "./support/still-clock.js";
import { type JobContext, WorkerPool, type WorkerPoolOptions } from "../src/index.js";
import { counters } from "./support/counters.js";
import { busyPool, names, quick, readAll, type TestJob } from "./support/jobs.js";
import { settle } from "./support/settle.js";
import { Numbers } from "./support/sources.js";
import { statuses, watchAll } from "./support/watch.js";

/** All names that a thing has, of its own and of its classes but `Object`. */
function namesOf(thing: object): string[] {
  const found = new Set<string>();
  for (let at: unknown = thing; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) found.add(name);
  }
  return [...found].filter((name) => name !== "constructor").sort();
}

describe("WorkerPool", () => {
  it("has no more names than are documented", () => {
    expect(namesOf(new WorkerPool({ workers: 1 }))).toEqual(
      [
        ...["name", "queue", "tryQueue", "submit", "trySubmit", "retrieve", "tryRetrieve"],
        ...["finished", "close", "stop", "shutdown", "abort", "state", "stats", "workers"],
        ...["idle", "pause", "resume", "paused", "map"],
        "resize",
      ].sort(),
    );
  });

  it("P12: a handle has no more names than are documented", () => {
    expect(namesOf(new WorkerPool({ workers: 1 }).workers[0]!)).toEqual(
      ["abort", "busy", "completed", "id", "job", "since"].sort(),
    );
  });

  it("a context has no more names than are documented", async () => {
    const pool = new WorkerPool({ workers: 1 });

    const context = await pool.submit((it: JobContext) => [it]);

    expect(namesOf(context[0]!)).toEqual(["attempt", "signal", "worker"]);
  });

  it("C13: the results of a map tell what they are, and have no more names than are documented", async () => {
    const results = new WorkerPool({ workers: 1 }).map([1], (n) => n);
    expect(namesOf(results)).toEqual(["next", "return", "throw"]);
    expect(Object.prototype.toString.call(results)).toBe("[object MapIterator]");
    expect(inspect(results)).toBe("MapIterator { left: false }");

    await results.return!();
    expect(inspect(results)).toBe("MapIterator { left: true }");
  });

  it("P7: the channel of results gives no way to put results in, or to close it", async () => {
    const { pool, running } = await busyPool({ workers: 1 });
    const finished = pool.finished as unknown as Record<string, () => void>;
    const reader = watchAll(pool.retrieve());

    for (const name of ["put", "add", "lift", "dropBound", "finish", "endReading", "deliver"]) {
      expect(finished[name]).toBeUndefined();
    }
    expect(() => finished["end"]!()).toThrow(
      new TypeError("the pool closes its channel of finished jobs when it has terminated"),
    );
    finished["notify"]!();
    await settle();
    expect([statuses(reader), pool.finished.closed]).toEqual([["pending"], false]);
    running[0]!.end();
    await settle();

    expect(statuses(reader)).toEqual(["fulfilled"]);
    expect(pool.stats).toEqual(counters({ accepted: 1, retrieved: 1 }));
    expect(pool.finished).toBe(pool.finished);
  });

  describe("for people", () => {
    it("C13: shows name, state, sizes and counters", async () => {
      const { pool } = await busyPool({ workers: 2, queueSize: 3, name: "thumbs" });
      const { stats } = pool;

      expect(inspect(pool)).toBe(
        `WorkerPool ${inspect({ name: "thumbs", state: "open", workers: 2, queueSize: 3, ...stats })}`,
      );
      pool.resize(4);
      void pool.close();
      expect(inspect(pool)).toContain("state: 'closing',\n  workers: 4,");
    });

    it("C13: shows what a worker does", async () => {
      const { pool } = await busyPool({ workers: 1 });
      const [worker] = pool.workers;

      expect(inspect(worker, { depth: 0 })).toMatch(
        /^WorkerInfo \{\s+id: 0,\s+busy: true,\s+job: \[TestJob\],\s+since: \d+,\s+completed: 0\s+\}$/,
      );
    });

    it("C13: shows itself inside of other things, with their options", () => {
      const pool = new WorkerPool({ workers: 1, name: "inner" });

      expect(inspect({ pool }, { compact: true, breakLength: Infinity })).toBe(
        `{ pool: WorkerPool ${inspect(
          { name: "inner", state: "open", workers: 1, queueSize: 1, ...pool.stats },
          { compact: true, breakLength: Infinity },
        )} }`,
      );
    });

    it("C13: shows itself to Deno, and to a debugger, which gives no way to format", async () => {
      const { pool } = await busyPool({ workers: 1, name: "thumbs" });
      const described = (thing: object, by: string, ...args: unknown[]) => {
        const key = Symbol.for(by);
        return (thing as Record<symbol, (...args: unknown[]) => string>)[key]!(...args);
      };
      const format = (value: unknown, options: unknown) => JSON.stringify([value, options]);

      expect(described(pool, "Deno.customInspect", format, { depth: 2 })).toBe(
        `WorkerPool ${JSON.stringify([
          { name: "thumbs", state: "open", workers: 1, queueSize: 1, ...pool.stats },
          { depth: 2 },
        ])}`,
      );
      expect(described(pool, "debug.description", 2)).toBe(
        "WorkerPool { name: thumbs, state: open, workers: 1, queueSize: 1, accepted: 1, waiting: 0, " +
          "inProgress: 1, finished: 0, retrieved: 0, skipped: 0, failed: 0, blocked: 0 }",
      );
      expect(described(pool.workers[0]!, "debug.description", 2)).toMatch(
        /^WorkerInfo \{ id: 0, busy: true, job: …, since: \d+, completed: 0 \}$/,
      );
    });

    it("C13, P14: what shows it and disposes of it may be replaced, and stays so", () => {
      const mine = (): string => "mine";
      const keys = [Symbol.for("nodejs.util.inspect.custom"), Symbol.asyncDispose];
      for (const key of [...keys, Symbol.toStringTag]) {
        const { prototype } = WorkerPool;
        const original = Object.getOwnPropertyDescriptor(prototype, key)!;
        Object.defineProperty(prototype, key, { value: mine, configurable: true });
        try {
          expect(Reflect.get(new WorkerPool({ workers: 1 }), key)).toBe(mine);
        } finally {
          Object.defineProperty(prototype, key, original);
        }
      }

      const pool = new WorkerPool({ workers: 1 });
      for (const key of keys) {
        Object.assign(pool, { [key]: mine });
        expect(Object.getOwnPropertyDescriptor(pool, key)?.value).toBe(mine);
      }
    });

    it("C13: tells its class", () => {
      const pool = new WorkerPool({ workers: 1 });

      expect(Object.prototype.toString.call(pool)).toBe("[object WorkerPool]");
      expect(Object.prototype.toString.call(pool.workers[0])).toBe("[object WorkerInfo]");
    });
  });

  describe("options", () => {
    const make = (options: unknown) => () => new WorkerPool(options as WorkerPoolOptions);

    it.each([undefined, null, 4, "4", () => 4])(
      "P17: %p are none, which is a TypeError",
      (options) => {
        expect(make(options)).toThrow(
          new TypeError("a pool needs options: new WorkerPool({ workers: 4 })"),
        );
      },
    );

    it.each([
      ["worker", "workers"],
      ["Workers", "workers"],
      ["queuesize", "queueSize"],
      ["queue_size", "queueSize"],
      ["finished-size", "finishedSize"],
      ["finishedSizes", "finishedSize"],
      ["discard_results", "discardResults"],
      ["timeOut", "timeout"],
      ["Retry", "retry"],
      ["AGEING", "ageing"],
      ["NAME", "name"],
      ["binds", "bind"],
    ])("P17: %p is misspelt, which is a TypeError that says so", (option, meant) => {
      expect(make({ workers: 1, [option]: 1 })).toThrow(
        new TypeError(`"${option}" is no option of a pool: write ${meant}`),
      );
    });

    it("ignores options of others", () => {
      expect(make({ workers: 1, retries: 3, kind: "images", size: 2 })).not.toThrow();
    });

    it.each([1, null, {}])("P17: name: %p is a TypeError", (name) => {
      expect(make({ workers: 1, name })).toThrow(new TypeError("name must be a string"));
    });

    it.each([1, null, {}])("P15: bind: %p is a TypeError", (bind) => {
      expect(make({ workers: 1, bind })).toThrow(
        new TypeError("bind must be a function, such as AsyncResource.bind"),
      );
    });

    it.each([
      ["3", "3 (a string)"],
      [{ valueOf: () => 3 }, "a value of type object"],
      [() => 3, "a value of type function"],
      [Symbol("3"), "Symbol(3)"],
      [3n, "3"],
      [null, "null"],
    ])("P1: a number of workers that is none is shown as what it is (%p)", (value, shown) => {
      const message = `workers must be a positive integer, not ${shown}`;

      expect(make({ workers: value })).toThrow(new RangeError(message));
      expect(() => new WorkerPool({ workers: 1 }).resize(value as never)).toThrow(
        new RangeError(message),
      );
    });
  });

  describe("await using", () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, "Symbol")!;

    /** Loads the package where `Symbol.asyncDispose` is what `get` gives. */
    async function loadWith(get: () => symbol | undefined): Promise<typeof WorkerPool> {
      const symbols = new Proxy(Symbol, {
        get: (target, key, receiver) =>
          key === "asyncDispose" ? get() : (Reflect.get(target, key, receiver) as unknown),
      });
      Object.defineProperty(globalThis, "Symbol", { ...original, value: symbols });
      let loaded!: typeof WorkerPool;
      await jest.isolateModulesAsync(async () => {
        ({ WorkerPool: loaded } = await import("../src/index.js"));
      });
      return loaded;
    }

    function restore() {
      Object.defineProperty(globalThis, "Symbol", original);
    }

    it("P14: works where Symbol.asyncDispose is missing, and where a polyfill comes late", async () => {
      let symbol: symbol | undefined;
      try {
        const Pool: typeof WorkerPool = await loadWith(() => symbol);
        const dispose = async (key: symbol) => {
          const pool = new Pool<TestJob>({ workers: 1 });
          pool.tryQueue(quick("job"));
          const disposable = pool as unknown as Record<symbol, () => Promise<void>>;
          await disposable[key]!();
          return [pool.state, names(readAll(pool))];
        };
        const ended = ["terminated", ["job"]];

        expect(await dispose(Symbol.for("Symbol.asyncDispose"))).toEqual(ended);
        const source = new Numbers();
        const results = new Pool({ workers: 1 }).map(source, (n) => n);
        await results.next();
        const disposable = results as unknown as Record<symbol, () => Promise<void>>;
        await disposable[Symbol.for("Symbol.asyncDispose")]!();
        expect(source.returned).toBe(1);
        symbol = (original.value as SymbolConstructor)("asyncDispose");
        expect(await dispose(symbol)).toEqual(ended);
        expect(await dispose(Symbol.for("Symbol.asyncDispose"))).toEqual(ended);
      } finally {
        restore();
      }
    });

    it("P14: disposes of a subclass by its own close", async () => {
      const closed: string[] = [];
      class Mine extends WorkerPool {
        override close(): Promise<void> {
          closed.push("mine");
          return super.close();
        }
      }

      const pool = new Mine({ workers: 1 });
      await pool[Symbol.asyncDispose]();

      expect([closed, pool.state]).toEqual([["mine"], "terminated"]);
    });
  });
});
