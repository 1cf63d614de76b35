// What a crew does with a job that was delivered so and so often, with a server that is a few entries.

import { describe, expect, it } from "@jest/globals";

import { WorkerPool } from "@chankit/pool";

import { fromFrame, toFrame } from "../../src/codec/frame.js";
import { decodeReason } from "../../src/codec/reason.js";
import { encode } from "../../src/codec/value.js";
import { Runner } from "../../src/crew/runner.js";
import { completed } from "../../src/options.js";
import type { Fated } from "../../src/server/fate.js";
import type { DoneHead, Ledger } from "../../src/server/ledger.js";
import { Names } from "../../src/server/names.js";
import type { Phase } from "../../src/server/phase.js";

const names = new Names("p");

/** A ledger in memory, and how often a task was run and its job acknowledged. */
class Bench {
  readonly entries = new Map<string, Uint8Array>();
  runs: number[] = [];
  acks = 0;
  readonly runner: Runner;

  constructor(retries: number) {
    const ledger = {
      names,
      link: { connection: {} },
      head: (_: string, at: string) => {
        const entry = this.entries.get(at);
        return Promise.resolve(entry && fromFrame(entry).head);
      },
      write: (_: string, at: string, head: object, parts: readonly Uint8Array[] = []) => {
        if (this.entries.has(at)) return Promise.resolve({ seq: 0, outcome: "taken" });
        this.entries.set(at, toFrame(head, ...parts));
        return Promise.resolve({ seq: 1, outcome: "written" });
      },
    } as unknown as Ledger;
    const tasks = {
      echo: (input: never, { attempt }: { readonly attempt: number }) => {
        this.runs.push(attempt);
        return input;
      },
    };
    const workers = new WorkerPool({ workers: 1, queueSize: Infinity });
    const phase = { isOpen: true } as unknown as Phase;
    this.runner = new Runner(ledger, completed({ retries }), phase, { tasks, workers, size: 1 });
  }

  /** Job 7 is delivered for this time, and was begun at the first of these. */
  deliver(
    deliveries: number,
    { first = 1, isNew, by = "others" }: { first?: number; isNew?: boolean; by?: string } = {},
  ): Promise<void> {
    const { kind, bytes: input } = encode("x", "input");
    const head = {
      id: "a",
      task: "echo",
      kind: kind as "json",
      fate: "run",
      at: 0,
      by,
      first,
    } as const;
    const job: Fated = { head, place: 7, seq: 7, isNew: isNew ?? deliveries === first, input };
    return this.runner.run(job, deliveries, () => this.acks++);
  }

  result(): { readonly head: DoneHead; readonly reason: unknown } {
    const { head, body } = fromFrame<DoneHead>(this.entries.get(names.subject("done", 7))!);
    const reason = head.status === "rejected" && decodeReason(body.subarray(head.input));
    return { head, reason };
  }

  get hasFailed(): boolean {
    return this.entries.has(names.subject("fail", 7));
  }
}

describe("a delivery", () => {
  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])(
    "D3: with %i retries the job is run up to %i times, and told how often",
    async (retries, most) => {
      for (let nth = 1; nth <= most; nth++) {
        const bench = new Bench(retries);
        await bench.deliver(nth);
        expect(bench.runs).toEqual([nth]);
        expect(bench.result().head).toMatchObject({ status: "fulfilled", attempts: nth });
        expect([bench.acks, bench.hasFailed]).toEqual([1, false]);
      }
    },
  );

  it.each([
    [0, "the job was given up after 1 run: its process died, or its lease ended"],
    [1, "the job was given up after 2 runs: each time its process died, or its lease ended"],
  ])("D3: after %i retries it is given up, and not run again", async (retries, message) => {
    for (const deliveries of [retries + 2, retries + 9]) {
      const bench = new Bench(retries);
      await bench.deliver(deliveries);
      expect(bench.runs).toEqual([]);
      const { head, reason } = bench.result();
      expect(head).toMatchObject({ status: "rejected", attempts: retries + 1 });
      expect(reason).toEqual(new Error(message));
      expect([bench.acks, bench.hasFailed]).toEqual([1, true]);
    }
  });

  it("D3: counts from the one on at which the job was begun: those before found no crew, or were given back", async () => {
    for (const [deliveries, runs] of [
      [5, [1]],
      [6, [2]],
      [7, []],
    ] as const) {
      const bench = new Bench(1);
      await bench.deliver(deliveries, { first: 5 });
      expect(bench.runs).toEqual(runs);
      expect(bench.acks).toBe(1);
    }
    // A killed server counts from 1 again.
    const bench = new Bench(1);
    await bench.deliver(2, { first: 5 });
    expect(bench.runs).toEqual([1]);
  });

  it("D3: as if for the first time, of a job that another crew has begun, is left to that crew", async () => {
    const bench = new Bench(1);
    await bench.deliver(1, { isNew: false });
    expect([bench.runs, bench.acks]).toEqual([[], 0]);
    // The answer to its own word was lost.
    await bench.deliver(1, { isNew: false, by: bench.runner.id });
    expect([bench.runs, bench.acks]).toEqual([[1], 1]);
    await bench.deliver(1, { isNew: false });
    expect([bench.runs, bench.acks]).toEqual([[1], 2]);
  });

  it("D3: of a job that has a result does not run it; what a dead crew had not written follows", async () => {
    const bench = new Bench(0);
    await bench.deliver(2);
    bench.entries.delete(names.subject("fail", 7));
    const before = bench.entries.get(names.subject("done", 7));
    await bench.deliver(2);
    expect([bench.runs, bench.acks, bench.hasFailed]).toEqual([[], 2, true]);
    expect(bench.entries.get(names.subject("done", 7))).toBe(before);
  });

  it("D7: that comes a second time while the first one runs: the result stored first stands", async () => {
    const bench = new Bench(3);
    await Promise.all([bench.deliver(1), bench.deliver(2)]);
    expect(bench.runs).toEqual([1, 2]);
    expect(bench.result().head.attempts).toBe(1);
    expect([bench.acks, bench.hasFailed]).toEqual([2, false]);
  });
});
