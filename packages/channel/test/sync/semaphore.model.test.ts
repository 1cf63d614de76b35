import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { type Permit, Semaphore } from "../../src/sync/semaphore.js";
import { listeners, reason } from "../support/signals.js";
import { settle } from "../support/settle.js";
import { expectSame } from "../../../../tools/testing/same.js";
import { isFull } from "../../../../tools/testing/depth.js";

type Act =
  | { readonly does: "acquire"; readonly n: number; readonly signal: number | undefined }
  | { readonly does: "try"; readonly n: number }
  | { readonly does: "release"; readonly which: number };
/** Aborts a signal, another listener of which acts first. */
interface Abort {
  readonly does: "abort";
  readonly signal: number;
  readonly act: Act;
}
type Command = Act | Abort;

const SIGNALS = 2;

describe("Semaphore", () => {
  it("W3, C3, C5, C7: does what the model does, whatever the order of calls", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), bursts(), async (permits, list) => {
        const run = new Run(permits);
        for (const burst of list) {
          // What is called in one tick finds promises that have yet to resolve.
          for (const command of burst) {
            run.command(command);
            run.compare();
          }
          await settle();
          run.compareOutcomes();
        }
      }),
      { numRuns: isFull ? 400 : 100 },
    );
  }, 30_000);
});

interface Request {
  readonly id: number;
  readonly n: number;
  readonly signal: AbortSignal | undefined;
}

/** A semaphore as one would explain it: a number, and a queue that is gone through from the start. */
class Model {
  available: number;
  waiting: Request[] = [];
  /** In the order in which they were granted; the cancelled ones, in that order. */
  readonly granted: number[] = [];
  readonly cancelled = new Set<number>();
  readonly #permits: number;

  constructor(permits: number) {
    this.available = this.#permits = permits;
  }

  acquire(request: Request): void {
    if (request.signal?.aborted === true) {
      this.cancelled.add(request.id);
      return;
    }
    this.waiting.push(request);
    this.#grant();
  }

  try(n: number): boolean {
    const queue = this.waiting.filter((request) => request.n <= this.#permits);
    if (queue.length > 0 || n > this.available) return false;
    this.available -= n;
    return true;
  }

  release(n: number): void {
    this.available += n;
    this.#grant();
  }

  /** From this on the signal counts as aborted. */
  abort(signal: AbortSignal): void {
    for (const { id } of this.waiting.filter((r) => r.signal === signal)) this.cancelled.add(id);
    this.waiting = this.waiting.filter((r) => r.signal !== signal);
    this.#grant();
  }

  #grant(): void {
    for (;;) {
      const head = this.waiting.find((request) => request.n <= this.#permits);
      if (head === undefined || head.n > this.available) return;
      this.available -= head.n;
      this.waiting = this.waiting.filter((request) => request !== head);
      this.granted.push(head.id);
    }
  }
}

/** One run of commands, on the model and on the real semaphore. */
class Run {
  readonly #permits: number;
  readonly #model: Model;
  readonly #semaphore: Semaphore;
  readonly #aborts = Array.from({ length: SIGNALS }, () => this.#newAbort());
  #inAbort = (): void => undefined;
  readonly #granted: number[] = [];
  readonly #cancelled = new Set<number>();
  readonly #mistakes: number[] = [];
  readonly #held: { readonly n: number; readonly permit: Permit }[] = [];
  readonly #requested = new Map<number, number>();

  constructor(permits: number) {
    this.#permits = permits;
    this.#model = new Model(permits);
    this.#semaphore = new Semaphore(permits);
  }

  command(command: Command): void {
    if (command.does === "abort") this.#abort(command);
    else this.#act(command);
  }

  compare(): void {
    const isWaitedWith = (signal: AbortSignal): boolean =>
      this.#model.waiting.some((request) => request.signal === signal);
    expectSame(
      [this.#semaphore.available, ...this.#aborts.map(({ signal }) => listeners(signal))],
      [this.#model.available, ...this.#aborts.map(({ signal }) => (isWaitedWith(signal) ? 2 : 1))],
    );
  }

  compareOutcomes(): void {
    expectSame(this.#mistakes, []);
    expectSame(this.#granted, this.#model.granted);
    expectSame(this.#cancelled, this.#model.cancelled);
    const held = this.#held.reduce((sum, { n }) => sum + n, 0);
    expectSame(held + this.#semaphore.available, this.#permits);
  }

  #act(act: Act): void {
    if (act.does === "acquire") this.#acquire(act.n, act.signal);
    else if (act.does === "try") this.#try(act.n);
    else this.#release(act.which);
  }

  #acquire(n: number, index: number | undefined): void {
    const id = this.#requested.size;
    const signal = index === undefined ? undefined : this.#aborts[index]?.signal;
    this.#requested.set(id, n);
    this.#model.acquire({ id, n, signal });
    this.#semaphore.acquire(n, { signal }).then(
      (permit) => {
        this.#granted.push(id);
        this.#held.push({ n, permit });
      },
      (error: unknown) => {
        expect(error).toBe(reason);
        this.#cancelled.add(id);
      },
    );
  }

  #try(n: number): void {
    const isGranted = this.#model.try(n);
    const permit = this.#semaphore.tryAcquire(n);
    // Not an `expect`: this may be inside of an abort listener.
    if ((permit !== undefined) !== isGranted) this.#mistakes.push(n);
    if (permit !== undefined) this.#held.push({ n, permit });
  }

  #release(which: number): void {
    const [held] = this.#held.splice(which % Math.max(this.#held.length, 1), 1);
    if (held === undefined) return;
    this.#model.release(held.n);
    held.permit.release();
  }

  #abort({ signal: index, act }: Abort): void {
    const abort = this.#aborts[index]!;
    this.#inAbort = () => {
      this.#model.abort(abort.signal);
      this.#act(act);
    };
    abort.abort(reason);
    // A signal can be aborted once: the next command finds a new one.
    this.#aborts[index] = this.#newAbort();
  }

  /** Another listener is there before any request waits with the signal. */
  #newAbort(): AbortController {
    const abort = new AbortController();
    abort.signal.addEventListener("abort", () => {
      this.#inAbort();
    });
    return abort;
  }
}

function bursts(): fc.Arbitrary<Command[][]> {
  const n = fc.constantFrom(1, 1, 1, 2, 2, 3, 4, 5);
  const signal = fc.nat({ max: SIGNALS - 1 });
  const acquire = fc.record({
    does: fc.constant("acquire" as const),
    n,
    signal: fc.option(signal, { nil: undefined, freq: 2 }),
  });
  const tries = fc.record({ does: fc.constant("try" as const), n });
  const release = fc.record({ does: fc.constant("release" as const), which: fc.nat() });
  const act = fc.oneof(
    { weight: 4, arbitrary: acquire },
    { weight: 2, arbitrary: tries },
    { weight: 3, arbitrary: release },
  );
  const inAbort = fc.oneof({ weight: 2, arbitrary: tries }, { weight: 1, arbitrary: act });
  const abort = fc.record({ does: fc.constant("abort" as const), signal, act: inAbort });
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { weight: 6, arbitrary: act },
    { weight: 2, arbitrary: abort },
  );
  return fc.array(fc.array(command, { maxLength: 12 }), { maxLength: 6 });
}
