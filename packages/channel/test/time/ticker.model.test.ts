import { describe, it, jest } from "@jest/globals";
import fc from "fast-check";

import { Ticker } from "../../src/time/ticker.js";
import { fakeTime } from "../support/faked-time.js";
import { settle } from "../support/settle.js";
import { expectSame } from "../../../../tools/testing/same.js";
import { isFull } from "../../../../tools/testing/depth.js";

type Command =
  | { readonly does: "advance" | "reset"; readonly ms: number }
  | { readonly does: "wait" | "try" | "cancel" | "stop" };

describe("Ticker", () => {
  fakeTime();

  it("T1, T2: does what the model does, whatever the order of calls", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 50 }), commands(), async (period, list) => {
        const run = new Run(period);
        for (const command of list) run.command(command);
        await run.finish();
      }),
      { numRuns: isFull ? 300 : 100 },
    );
  }, 30_000);
});

/** A ticker as one would explain it: a grid, and the number of the tick that is next. */
class Model {
  readonly received: (readonly [id: number, value: number])[] = [];
  waiting: number[] = [];
  #now: number;
  #start = 0;
  #period = 1;
  #next = 1;
  isRunning = true;

  constructor(now: number, period: number) {
    this.#now = now;
    this.reset(period);
  }

  reset(period: number): void {
    this.#start = this.#now;
    this.#period = period;
    this.#next = 1;
    this.isRunning = true;
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (; this.#now <= end; this.#now++) {
      if (this.waiting.length === 0) continue;
      const value = this.#take();
      if (value !== undefined) this.received.push([this.waiting.shift()!, value]);
    }
    this.#now = end;
  }

  wait(id: number): void {
    this.waiting.push(id);
    this.advance(0);
  }

  try(): number | undefined {
    return this.waiting.length === 0 ? this.#take() : undefined;
  }

  #take(): number | undefined {
    const due = this.#start + this.#next * this.#period;
    if (!this.isRunning || this.#now < due) return undefined;
    while (this.#start + this.#next * this.#period <= this.#now) this.#next++;
    return due;
  }
}

/** One run of commands, on the model and on the real ticker. */
class Run {
  readonly #model: Model;
  readonly #ticker: Ticker;
  readonly #received: (readonly [id: number, value: number | undefined])[] = [];
  readonly #aborts = new Map<number, AbortController>();
  #ids = 0;

  constructor(period: number) {
    this.#model = new Model(Date.now(), period);
    this.#ticker = new Ticker(period);
  }

  command(command: Command): void {
    const [model, ticker] = [this.#model, this.#ticker];
    if (command.does === "advance") {
      model.advance(command.ms);
      jest.advanceTimersByTime(command.ms);
    } else if (command.does === "reset") {
      model.reset(command.ms);
      ticker.reset(command.ms);
    } else if (command.does === "wait") {
      this.#wait(this.#ids++);
    } else if (command.does === "try") {
      expectSame(ticker.tryRecv()?.value, model.try());
    } else if (command.does === "cancel") {
      const id = model.waiting.shift();
      if (id !== undefined) this.#aborts.get(id)?.abort();
    } else {
      model.isRunning = false;
      ticker.stop();
    }
    const isTimed = model.isRunning && model.waiting.length > 0;
    expectSame(jest.getTimerCount(), isTimed ? 1 : 0);
  }

  async finish(): Promise<void> {
    await settle();
    expectSame(this.#received, this.#model.received);
    for (const abort of this.#aborts.values()) abort.abort();
    expectSame(jest.getTimerCount(), 0);
  }

  #wait(id: number): void {
    const abort = new AbortController();
    this.#aborts.set(id, abort);
    this.#model.wait(id);
    this.#ticker.recv(abort).then(
      ({ value }) => this.#received.push([id, value]),
      () => undefined,
    );
  }
}

function commands(): fc.Arbitrary<Command[]> {
  const advance = fc.record({ does: fc.constant("advance" as const), ms: fc.nat({ max: 120 }) });
  const reset = fc.record({
    does: fc.constant("reset" as const),
    ms: fc.integer({ min: 1, max: 50 }),
  });
  const simple = fc.record({ does: fc.constantFrom("wait", "wait", "try", "try", "cancel") });
  const stop = fc.record({ does: fc.constant("stop" as const) });
  const command = fc.oneof<fc.MaybeWeightedArbitrary<Command>[]>(
    { weight: 6, arbitrary: advance },
    { weight: 8, arbitrary: simple },
    { weight: 1, arbitrary: reset },
    { weight: 1, arbitrary: stop },
  );
  return fc.array(command, { maxLength: 40 });
}
