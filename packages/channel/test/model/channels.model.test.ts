import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import type { Overflow } from "../../src/state/channel-core.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { random } from "../../src/util/random.js";
import { select, trySelect } from "../../src/select/select.js";
import { Model, type ModelCase, type Outcome } from "../support/model.js";
import { listeners, reason } from "../support/signals.js";
import { settle } from "../support/settle.js";
import { waiting } from "../support/waiting.js";

/** Begins an operation. A plain one has the first of the cases only. */
interface Start {
  readonly does: "start";
  readonly form: "plain" | "select";
  readonly tries: boolean;
  readonly cases: readonly { readonly chan: number; readonly sends: boolean }[];
  readonly signal: number | undefined;
}
interface Close {
  readonly does: "close";
  readonly chan: number;
}
interface Abort {
  readonly does: "abort";
  readonly signal: number;
  /** What another listener of the signal does first. */
  readonly act: Start | Close;
}

describe("channels", () => {
  it("C3–C7, C9, S1, S4–S6, S8: do what the model does, whatever the order of calls", async () => {
    const below = random.below;
    random.below = () => 0;
    try {
      await fc.assert(
        fc.asyncProperty(channels(), bursts(), async (made, list) => {
          const run = new Run(made);
          for (const burst of list) {
            // What is called in one tick finds promises that have yet to resolve.
            for (const command of burst) run.command(command);
            await settle();
            run.compare();
          }
        }),
        { numRuns: 150 },
      );
    } finally {
      random.below = below;
    }
  });
});

type Made = readonly { readonly cap: number; readonly overflow: Overflow }[];

/** One run of commands, on the model and on the real channels. */
class Run {
  readonly #model: Model;
  readonly #chans: readonly Chan<number>[];
  readonly #outcomes = new Map<number, Outcome>();
  readonly #continued: number[] = [];
  readonly #aborts = [new AbortController(), new AbortController()] as const;
  #inAbort = (): void => undefined;
  #operations = 0;

  constructor(made: Made) {
    this.#model = new Model(made);
    this.#chans = made.map(({ cap, overflow }) => new Chan<number>(cap, { overflow }));
    for (const { signal } of this.#aborts) {
      signal.addEventListener("abort", () => {
        this.#inAbort();
      });
    }
  }

  command(command: Start | Close | Abort): void {
    if (command.does === "start") this.#start(command);
    else if (command.does === "close") this.#close(command.chan);
    else this.#abort(command);
  }

  compare(): void {
    const model = this.#model;
    expect(this.#outcomes).toEqual(model.outcomes);
    for (const [chan, ch] of this.#chans.entries()) {
      const { buffer, closed } = model.channels[chan]!;
      const [receivers, senders] = [model.count(chan, "receiver"), model.count(chan, "sender")];
      expect({ len: ch.len, closed: ch.closed, ...waiting(ch) }).toEqual({
        ...{ len: buffer.length, closed, receivers, senders },
      });
      const ids = model.commits.filter((commit) => commit.chan === chan).map(({ id }) => id);
      expect(this.#continued.filter((id) => ids.includes(id))).toEqual(ids);
    }
    for (const [i, { signal }] of this.#aborts.entries()) {
      const isWaitedWith = model.waiting.some((operation) => operation.signal === i);
      expect(listeners(signal)).toBe(isWaitedWith ? 2 : 1);
    }
  }

  #start({ form, tries, cases, signal }: Start): void {
    const id = this.#operations++;
    const used = form === "plain" ? cases.slice(0, 1) : cases;
    const modelCases = used.map(({ chan, sends }, key) => {
      return { chan, value: sends ? id * 10 + key : undefined };
    });
    if (form === "plain" && modelCases.length === 0) return;
    this.#model.start(id, modelCases, tries ? undefined : signal, tries);

    if (tries) {
      const outcome = this.#try(form, modelCases);
      if (outcome !== undefined) this.#settled(id, outcome);
    } else {
      const options = signal === undefined ? undefined : this.#aborts[signal];
      this.#operate(form, modelCases, options).then(
        (outcome) => {
          this.#settled(id, outcome);
        },
        (error: unknown) => {
          this.#settled(id, failure(error));
        },
      );
    }
  }

  #try(form: Start["form"], cases: readonly ModelCase[]): Outcome | undefined {
    try {
      if (form === "select") return success(cases, trySelect(this.#casesOf(cases)));
      const { chan, value } = cases[0]!;
      if (value === undefined) return success(cases, this.#chans[chan]!.tryRecv());
      return this.#chans[chan]!.trySend(value) ? { result: "sent", key: 0 } : undefined;
    } catch (error) {
      return failure(error);
    }
  }

  async #operate(
    form: Start["form"],
    cases: readonly ModelCase[],
    options: AbortController | undefined,
  ): Promise<Outcome> {
    if (form === "select") return success(cases, await select(this.#casesOf(cases), options))!;
    const { chan, value } = cases[0]!;
    if (value === undefined) return success(cases, await this.#chans[chan]!.recv(options))!;
    await this.#chans[chan]!.send(value, options);
    return { result: "sent", key: 0 };
  }

  #casesOf(cases: readonly ModelCase[]) {
    return cases.map(({ chan, value }) => {
      const ch = this.#chans[chan]!;
      return value === undefined ? ch : send(ch, value);
    });
  }

  #close(chan: number): void {
    const close = (): void => {
      this.#chans[chan]!.close();
    };
    if (this.#model.close(chan)) close();
    else expect(close).toThrow(ChannelClosedError);
  }

  /** The model does what the other listener does when it is its turn, as the real signal will. */
  #abort({ signal, act }: Abort): void {
    const abort = this.#aborts[signal]!;
    this.#inAbort = () => {
      this.#model.abort(signal, () => {
        this.command(act);
      });
    };
    abort.abort(reason);
  }

  #settled(id: number, outcome: Outcome): void {
    expect(this.#outcomes.has(id)).toBe(false);
    this.#outcomes.set(id, outcome);
    this.#continued.push(id);
  }
}

/** What came of an operation that did not fail: `r` is a `Received`, or what a select gives. */
function success(
  cases: readonly ModelCase[],
  r: { key?: number; ok: boolean; value: number | undefined } | undefined,
): Outcome | undefined {
  if (r === undefined) return undefined;
  const { key = 0, ok, value } = r;
  if (cases[key]?.value !== undefined) return { result: "sent", key };
  return ok ? { result: "received", key, value: value! } : { result: "ended", key };
}

function failure(error: unknown): Outcome {
  if (error === reason) return { result: "aborted" };
  expect(error).toEqual(new ChannelClosedError("send on closed channel"));
  return { result: "closed" };
}

function channels(): fc.Arbitrary<Made> {
  const unbuffered = fc.constant({ cap: 0, overflow: "block" as const });
  const blocking = fc.record({
    cap: fc.constantFrom(1, 2, Infinity),
    overflow: fc.constant("block" as const),
  });
  const dropping = fc.record({
    cap: fc.constantFrom(1, 2),
    overflow: fc.constantFrom("dropOldest" as const, "dropNewest" as const),
  });
  const channel = fc.oneof(
    { weight: 3, arbitrary: unbuffered },
    { weight: 2, arbitrary: blocking },
    { weight: 1, arbitrary: dropping },
  );
  return fc.tuple(channel, channel);
}

function bursts(): fc.Arbitrary<(Start | Close | Abort)[][]> {
  const either = fc.nat(1);
  const start = fc.record({
    does: fc.constant("start" as const),
    form: fc.constantFrom("plain" as const, "select" as const),
    tries: fc.oneof({ weight: 3, arbitrary: fc.constant(false) }, fc.boolean()),
    cases: fc.array(fc.record({ chan: either, sends: fc.boolean() }), { maxLength: 4 }),
    signal: fc.option(either, { nil: undefined }),
  });
  const close = fc.record({ does: fc.constant("close" as const), chan: either });
  const act = fc.oneof({ weight: 4, arbitrary: start }, close);
  const abort = fc.record({ does: fc.constant("abort" as const), signal: either, act });
  const command = fc.oneof(
    { weight: 16, arbitrary: start },
    { weight: 1, arbitrary: close },
    { weight: 1, arbitrary: abort },
  );
  return fc.array(fc.array(command, { minLength: 1, maxLength: 3 }), { maxLength: 15 });
}
