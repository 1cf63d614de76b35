import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import "../support/at-once.js";

import { Group } from "../../src/sync/group.js";
import { Gate } from "../support/gate.js";
import { listeners, reason } from "../support/signals.js";
import { settle } from "../support/settle.js";
import { expectSame } from "../../../../tools/testing/same.js";
import { isFull } from "../../../../tools/testing/depth.js";

/** What a function does: it runs until the test ends it, or returns or throws at once. */
type Body = "gate" | "return" | "throw";

type Command =
  | { readonly does: "go" | "tryGo"; readonly body: Body }
  | { readonly does: "end"; readonly which: number; readonly fails: boolean }
  | { readonly does: "abort" };

describe("Group", () => {
  it("W2: does what the model does, whatever the functions do", async () => {
    const limits = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant(Infinity));
    await fc.assert(
      fc.asyncProperty(limits, fc.boolean(), bursts(), async (limit, hasSignal, list) => {
        const run = new Run(limit, hasSignal);
        for (const burst of list) {
          for (const command of burst) run.command(command);
          await run.settle();
        }
        await run.finish();
      }),
      { numRuns: isFull ? 150 : 50 },
    );
  }, 30_000);
});

type End = { readonly id: number } & ({ readonly error?: undefined } | { readonly error: Error });

interface Waiting {
  readonly id: number;
  readonly body: Body;
}

/** A group as one would explain it. Functions end one after the other, then those behind them start. */
class Model {
  readonly started: number[] = [];
  readonly running = new Set<number>();
  readonly answers = new Map<number, boolean>();
  failure: Error | undefined;
  #waiting: Waiting[] = [];
  /** Those whose turn has come: a place is theirs, and they will be called in a moment. */
  #turns: Waiting[] = [];
  #ends: End[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  go(id: number, body: Body): void {
    if (this.failure !== undefined) this.answers.set(id, false);
    else if (this.running.size < this.#limit) this.#start(id, body);
    else this.#waiting.push({ id, body });
  }

  tryGo(id: number, body: Body): void {
    if (this.failure === undefined && this.running.size < this.#limit) this.#start(id, body);
    else this.answers.set(id, false);
  }

  /** A function will end, or fail, after those that were told so before. */
  end(end: End): void {
    this.#ends.push(end);
  }

  settle(): void {
    while (this.#ends.length > 0 || this.#turns.length > 0) {
      for (const end of this.#ends.splice(0)) {
        if (end.error !== undefined) this.fail(end.error);
        this.#leave(end.id);
      }
      for (const { id, body } of this.#turns.splice(0)) {
        if (this.failure === undefined) this.#start(id, body);
        else this.#refuse(id);
      }
    }
  }

  fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    for (const { id } of this.#waiting) this.answers.set(id, false);
    this.#waiting = [];
  }

  #refuse(id: number): void {
    this.answers.set(id, false);
    this.running.delete(id);
  }

  #start(id: number, body: Body): void {
    this.started.push(id);
    this.running.add(id);
    this.answers.set(id, true);
    if (body === "return") this.end({ id });
    if (body === "throw") {
      this.fail(errorOf(id));
      this.#leave(id);
    }
  }

  #leave(id: number): void {
    this.running.delete(id);
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.running.add(next.id);
    this.#turns.push(next);
  }
}

/** One run of commands, on the model and on the real group. */
class Run {
  readonly #model: Model;
  readonly #group: Group;
  readonly #limit: number;
  readonly #outer: AbortController | undefined;
  readonly #gates = new Map<number, Gate>();
  readonly #started: number[] = [];
  readonly #answers = new Map<number, boolean>();
  #active = 0;
  #ids = 0;

  constructor(limit: number, hasSignal: boolean) {
    this.#limit = limit;
    this.#model = new Model(limit);
    this.#outer = hasSignal ? new AbortController() : undefined;
    this.#group = new Group({ limit, signal: this.#outer?.signal });
  }

  command(command: Command): void {
    if (command.does === "end") {
      this.#end(command.which, command.fails);
    } else if (command.does === "abort") {
      if (this.#outer !== undefined) this.#model.fail(reason);
      this.#outer?.abort(reason);
    } else {
      const { does, body } = command;
      const id = this.#ids++;
      this.#model[does](id, body);
      const answer = this.#group[does](this.#function(id, body));
      if (typeof answer === "boolean") this.#answers.set(id, answer);
      else void answer.then((isStarted) => this.#answers.set(id, isStarted));
    }
    this.#compareSignal();
  }

  async settle(): Promise<void> {
    this.#model.settle();
    await settle();
    expectSame(this.#started, this.#model.started);
    expectSame(this.#answers, this.#model.answers);
    expectSame(this.#active, this.#model.running.size);
    this.#compareSignal();
  }

  async finish(): Promise<void> {
    let isSettled = false;
    const waits = [this.#group.wait(), this.#group.wait()];
    const outcomes = Promise.allSettled(waits).then((list) => {
      isSettled = true;
      return list;
    });
    while (this.#model.running.size > 0) {
      await this.settle();
      expectSame(isSettled, false);
      this.#end(0, false);
      this.#model.settle();
    }

    const { failure } = this.#model;
    const outcome =
      failure === undefined
        ? { status: "fulfilled", value: undefined }
        : { status: "rejected", reason: failure };
    expectSame(await outcomes, [outcome, outcome]);
    expectSame(this.#group.signal.aborted, true);
    if (this.#outer !== undefined) expectSame(listeners(this.#outer.signal), 0);
  }

  #compareSignal(): void {
    const { signal } = this.#group;
    const { failure } = this.#model;
    expectSame([signal.aborted, signal.reason], [failure !== undefined, failure]);
  }

  #end(which: number, fails: boolean): void {
    const list = [...this.#gates];
    const [id, gate] = list[which % list.length] ?? [];
    if (id === undefined || gate === undefined) return;
    this.#gates.delete(id);
    this.#model.end(fails ? { id, error: errorOf(id) } : { id });
    if (fails) gate.fail(errorOf(id));
    else gate.open(id);
  }

  #function(id: number, body: Body): (signal: AbortSignal) => unknown {
    return (signal) => {
      expect(signal).toBe(this.#group.signal);
      this.#started.push(id);
      if (body === "throw") throw errorOf(id);
      expect(++this.#active).toBeLessThanOrEqual(this.#limit);
      const gate = new Gate();
      if (body === "gate") this.#gates.set(id, gate);
      else gate.open(id);
      return gate.promise.finally(() => this.#active--);
    };
  }
}

const errors = new Map<number, Error>();

/** What the function of this number fails with. */
function errorOf(id: number): Error {
  const error = errors.get(id) ?? new Error(`failure of ${String(id)}`);
  errors.set(id, error);
  return error;
}

function bursts(): fc.Arbitrary<Command[][]> {
  const body = fc.constantFrom<Body>("gate", "gate", "gate", "return", "throw");
  const go = fc.record({ does: fc.constant("go" as const), body });
  const tryGo = fc.record({ does: fc.constant("tryGo" as const), body });
  const end = fc.record({
    does: fc.constant("end" as const),
    which: fc.nat(),
    fails: fc.oneof(
      { weight: 5, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  });
  const abort = fc.record({ does: fc.constant("abort" as const) });
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { weight: 6, arbitrary: go },
    { weight: 2, arbitrary: tryGo },
    { weight: 6, arbitrary: end },
    { weight: 1, arbitrary: abort },
  );
  return fc.array(fc.array(command, { maxLength: 8 }), { maxLength: 8 });
}
