// Real channels and the model, side by side: each call is made to both, and then they agree on what
// has settled, how and in which order, and on what is in every buffer and wait queue.

import { isSame } from "./invoke.js";
import { isSound } from "./invariants.js";
import type { Letter } from "./letter.js";
import { type Call, open, type Outcome, type Pick, type State, step } from "./model.js";
import { RealChannels, type Settled } from "./real.js";
import { show, showOutcome } from "./show.js";

/** Real channels that are held to the model. */
export class Lockstep {
  state: State;
  /** What has settled in the last call, in order. */
  settled: readonly Settled[] = [];
  readonly #real: RealChannels;

  /** `below` makes the random choices of select. */
  constructor(channels: Parameters<typeof open>, below: (n: number) => number) {
    this.state = open(...channels);
    this.#real = new RealChannels(channels, below);
  }

  /** Makes a call. */
  call(call: Call): void {
    this.perform({ call });
  }

  /** Does what the letter says. */
  perform(letter: Letter): void {
    this.#make(letter);
    const actual = this.#real.takeSettled();
    this.settled = actual;
    const { call, inAbort } = letter;
    if (inAbort === undefined) {
      this.#compare(actual, this.#follow(call, actual));
    } else {
      const aborted = this.#follow({ do: "abort", signal: inAbort }, actual);
      // The model does one after the other, so the order between them is open.
      const expected = [...aborted, ...this.#follow(call, actual)];
      this.#compare(inOrderOfCalls(actual), inOrderOfCalls(expected));
    }
  }

  /** What the last call has led to, for comparison. */
  get effect(): string {
    return JSON.stringify([this.settled, this.state.channels]);
  }

  /** Does again what has led to `state` and has been compared before. */
  repeat(letter: Letter, state: State): void {
    this.#make(letter);
    this.settled = this.#real.takeSettled();
    this.state = state;
  }

  /** Receives all that is buffered, which shows what it is; the wait queues have been looked at. */
  emptyBuffers(): void {
    for (const chan of this.state.channels.keys()) {
      while (this.state.channels[chan]!.buffer.length > 0) this.call({ do: "tryRecv", chan });
    }
  }

  #make({ call, inAbort }: Letter): void {
    if (inAbort === undefined) this.#real.make(call);
    else this.#real.makeInAbort(inAbort, call);
  }

  /** Makes the model do the call, with the choices that the channels have made. */
  #follow(call: Call, actual: readonly Settled[]): readonly Settled[] {
    const op = this.state.calls;
    const own = actual.find((one) => one.op === op)?.outcome;
    const { state, settled } = step(this.state, call, this.#choices(call, op, own));
    this.state = state;
    return settled;
  }

  #choices(call: Call, op: number, outcome: Outcome | undefined): Pick {
    if (outcome === undefined) {
      const parked = this.#real.parked[op]!.values();
      return () => parked.next().value?.key ?? NaN;
    }
    const { channels } = this.state;
    return (keys) => {
      if ("key" in outcome && keys.includes(outcome.key)) return outcome.key;
      // A failure does not tell its case; it makes no difference.
      const failing = keys.find((key) => {
        const one = "cases" in call ? call.cases[key] : undefined;
        return one?.do === "send" && channels[one.chan]!.closed;
      });
      return outcome.what === "failed" && failing !== undefined ? failing : keys[0]!;
    };
  }

  #compare(actual: readonly Settled[], expected: readonly Settled[]): void {
    const { channels, waiting } = this.state;
    const agree =
      actual.length === expected.length &&
      actual.every(
        ({ op, outcome }, i) => op === expected[i]!.op && isSame(outcome, expected[i]!.outcome),
      );
    if (!agree) this.#fail(`settled ${list(actual)}, not ${list(expected)}`);
    if (!channels.every((channel, i) => this.#real.isLike(i, channel))) {
      this.#fail(`the channels are not as they should be: ${JSON.stringify(channels)}`);
    }
    if (!this.#real.listensOnlyFor(waiting)) this.#fail("a listener is too many, or missing");
    if (!isSound(this.state)) this.#fail("the model is wrong");
  }

  #fail(message: string): never {
    throw new Error(`after\n  ${this.#real.calls.map(show).join("\n  ")}\n${message}`);
  }
}

function inOrderOfCalls(settled: readonly Settled[]): readonly Settled[] {
  return [...settled].sort((a, b) => a.op - b.op);
}

function list(settled: readonly Settled[]): string {
  return `[${settled.map(({ op, outcome }) => `${op}: ${showOutcome(outcome)}`).join(", ")}]`;
}
