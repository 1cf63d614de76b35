import { describe, expect, it } from "@jest/globals";

import { type JobContext, WorkerPool } from "../../src/index.js";

/** What `look` finds of the context of a submitted function. */
function seen<R>(look: (context: JobContext) => R): Promise<Awaited<R>> {
  return new WorkerPool({ workers: 1 }).submit(look);
}

describe("JobContext", () => {
  it("P15: may be handed on as { ...context }, with a signal that is aborted with the first", async () => {
    const pool = new WorkerPool({ workers: 1 });
    const { copy, signal } = await pool.submit((context) => {
      const copy = { ...context, more: 1 };
      pool.workers[0]!.abort("enough");
      return { copy, signal: context.signal };
    });

    expect(copy).toEqual({ worker: 0, attempt: 1, signal, more: 1 });
    expect(copy.signal).toBe(signal);
    expect(signal.reason).toBe("enough");
  });

  it.each([
    ["runs as it is", undefined],
    ["is bound", <F>(run: F): F => run],
  ])("X9: so may that of a queued job, if it %s", async (_, bind) => {
    const pool = new WorkerPool({ workers: 1, ...(bind && { bind }) });
    const seen: JobContext[] = [];
    const run = (context: JobContext) => {
      const copy = { ...context };
      pool.workers[0]!.abort("enough");
      seen.push(context, copy);
    };
    await pool.queue({ run });
    await pool.idle();

    const [context, copy] = seen;
    expect(copy).toEqual({ worker: 0, attempt: 1, signal: context!.signal });
    expect(copy!.signal.reason).toBe("enough");
  });

  it("P15: a value of a map has the same", async () => {
    const pool = new WorkerPool({ workers: 1 });
    const copies = pool.map([1], (_, context) => ({ ...context }));

    await expect(copies.next()).resolves.toEqual({
      done: false,
      value: { worker: 0, attempt: 1, signal: expect.any(AbortSignal) },
    });
  });

  it.each<[string, (context: JobContext) => unknown, unknown]>([
    ["Object.keys", (it) => Object.keys(it).sort().join(), "attempt,signal,worker"],
    ["Object.entries", (it) => Object.entries(it).length, 3],
    ["Object.hasOwn", (it) => Object.hasOwn(it, "signal"), true],
    ["in", (it) => "signal" in it, true],
  ])("P15: its signal is its own, says %s", async (_, look, answer) => {
    expect(await seen(look)).toBe(answer);
  });

  it("P12: its signal is always the same, however it is read", async () => {
    const signals = await seen((context) => {
      const { get } = Object.getOwnPropertyDescriptor(context, "signal")!;
      return [context.signal, { ...context }.signal, get!.call(context) as AbortSignal];
    });
    expect(new Set(signals).size).toBe(1);
  });

  it("P16: one that is frozen still tells", async () => {
    const signals = await seen((context) => {
      Object.freeze(context);
      return [context.signal, { ...context }.signal, Object.hasOwn(context, "signal")];
    });
    expect(signals[0]).toBeInstanceOf(AbortSignal);
    expect(signals).toEqual([signals[0], signals[0], true]);
  });

  it("P16: what one function adds to it no other finds", async () => {
    const pool = new WorkerPool({ workers: 1 });
    await pool.submit((context) => Object.assign(context, { mine: 1 }));

    await expect(pool.submit((context) => "mine" in context)).resolves.toBe(false);
  });
});
