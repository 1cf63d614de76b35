import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";

import { Limiter } from "../../src/sync/limiter.js";
import { fakeTime } from "../support/faked-time.js";
import { settle } from "../support/settle.js";
import { listeners, reason } from "../support/signals.js";
import { expectSame } from "../../../../tools/testing/same.js";
import { isFull } from "../../../../tools/testing/depth.js";

type Command =
  | { readonly does: "advance"; readonly ms: number }
  | { readonly does: "stall"; readonly ms: number }
  | { readonly does: "wait"; readonly n: number }
  | { readonly does: "allow"; readonly n: number }
  | { readonly does: "abort"; readonly which: number };

interface Options {
  readonly limit: number;
  readonly interval: number;
  readonly burst: number;
}

describe("Limiter", () => {
  fakeTime();

  it("W4, T2, C7: does what the model does, whatever the order of calls", async () => {
    await fc.assert(
      fc.asyncProperty(options(), commands(), async (given, list) => {
        const run = new Run(given);
        for (const command of list) run.command(command);
        await run.finish();
      }),
      { numRuns: isFull ? 400 : 100 },
    );
  }, 30_000);
});

interface Request {
  readonly id: number;
  readonly n: number;
}

/** A bucket as one would explain it, in parts of a token: it gains `limit` of them a millisecond. */
class Model {
  readonly served: number[] = [];
  line: Request[] = [];
  readonly #limit: number;
  /** So many parts are a token. */
  readonly #interval: number;
  readonly #burst: number;
  #parts: number;

  constructor({ limit, interval, burst }: Options) {
    this.#limit = limit;
    this.#interval = interval;
    this.#burst = burst;
    this.#parts = burst * interval;
  }

  get available(): number {
    return this.line.length > 0 ? 0 : Math.floor(this.#parts / this.#interval);
  }

  advance(ms: number): void {
    for (let i = 0; i < ms; i++) this.gain(1);
  }

  gain(ms: number): void {
    this.#parts += this.#limit * ms;
    this.#serve();
  }

  wait(request: Request): void {
    this.line.push(request);
    this.#serve();
  }

  allow(n: number): boolean {
    if (n > this.available) return false;
    this.#parts -= n * this.#interval;
    return true;
  }

  abort(id: number): void {
    this.line = this.line.filter((request) => request.id !== id);
    this.#serve();
  }

  #serve(): void {
    for (;;) {
      const [first] = this.line;
      if (first === undefined || first.n * this.#interval > this.#parts) break;
      this.#parts -= first.n * this.#interval;
      this.served.push(first.id);
      this.line.shift();
    }
    if (this.line.length === 0) this.#parts = Math.min(this.#parts, this.#burst * this.#interval);
  }
}

/** One run of commands, on the model and on the real limiter. */
class Run {
  readonly #options: Options;
  readonly #model: Model;
  readonly #limiter: Limiter;
  readonly #served: number[] = [];
  readonly #aborts = new Map<number, AbortController>();
  readonly #aborted: number[] = [];
  readonly #cancelled: number[] = [];
  readonly #refused: Promise<void>[] = [];
  #ids = 0;

  constructor(given: Options) {
    this.#options = given;
    this.#model = new Model(given);
    this.#limiter = new Limiter(given);
  }

  command(command: Command): void {
    const [model, limiter] = [this.#model, this.#limiter];
    if (command.does === "abort") {
      this.#abort(command.which);
    } else if (command.does === "advance") {
      model.advance(command.ms);
      jest.advanceTimersByTime(command.ms);
    } else if (command.does === "stall") {
      // A loop that is busy: time passes, and no timer gets its turn.
      model.gain(command.ms);
      jest.setSystemTime(Date.now() + command.ms);
    } else if (command.does === "wait") {
      this.#wait(this.#ids++, command.n);
    } else {
      expectSame(limiter.allow(command.n), model.allow(command.n));
    }
    expectSame(limiter.available, model.available);
    expectSame(jest.getTimerCount(), model.line.length > 0 ? 1 : 0);
  }

  async finish(): Promise<void> {
    await settle();
    await Promise.all(this.#refused);
    expectSame(this.#served, this.#model.served);
    expectSame(this.#cancelled, this.#aborted);
    for (const { signal } of this.#aborts.values()) {
      const waits = this.#model.line.some(({ id }) => this.#aborts.get(id)?.signal === signal);
      expectSame(listeners(signal), waits ? 1 : 0);
    }
    for (const abort of this.#aborts.values()) abort.abort(reason);
    expectSame(jest.getTimerCount(), 0);
  }

  #wait(id: number, n: number): void {
    if (n > this.#options.burst) {
      this.#refused.push(expect(this.#limiter.wait(n)).rejects.toThrow(RangeError));
      return;
    }
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#model.wait({ id, n });
    this.#limiter.wait(n, abort).then(
      () => this.#served.push(id),
      () => this.#cancelled.push(id),
    );
  }

  #abort(which: number): void {
    const { line } = this.#model;
    const request = line[which % line.length];
    if (request === undefined) return;
    this.#aborted.push(request.id);
    this.#model.abort(request.id);
    this.#aborts.get(request.id)?.abort(reason);
  }
}

function options(): fc.Arbitrary<Options> {
  return fc.record({
    limit: fc.integer({ min: 1, max: 30 }),
    interval: fc.integer({ min: 1, max: 60 }),
    burst: fc.integer({ min: 1, max: 5 }),
  });
}

function commands(): fc.Arbitrary<Command[]> {
  const n = fc.constantFrom(1, 1, 1, 2, 3, 5, 6);
  const advance = fc.record({ does: fc.constant("advance" as const), ms: fc.nat({ max: 40 }) });
  const stall = fc.record({ does: fc.constant("stall" as const), ms: fc.nat({ max: 40 }) });
  const wait = fc.record({ does: fc.constant("wait" as const), n });
  const allow = fc.record({ does: fc.constant("allow" as const), n });
  const abort = fc.record({ does: fc.constant("abort" as const), which: fc.nat() });
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { weight: 4, arbitrary: advance },
    { weight: 1, arbitrary: stall },
    { weight: 6, arbitrary: wait },
    { weight: 2, arbitrary: allow },
    { weight: 2, arbitrary: abort },
  );
  return fc.array(command, { maxLength: 40 });
}
