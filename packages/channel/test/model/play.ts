// Plays a program on the public, promise-based API, and records what happens. There is no model here.

import { Chan } from "../../src/chan/chan.js";
import { random } from "../../src/util/random.js";
import { microtask } from "../support/microtask.js";
import { listeners } from "../support/signals.js";
import { waiting } from "../support/waiting.js";
import type { Event, History } from "./history.js";
import { fulfilled, invoke, REASON, rejected, type Things } from "./invoke.js";
import type { Letter } from "./letter.js";
import type { Call, Outcome } from "./model.js";
import type { RandomProgram } from "./random-program.js";

// A test may put something else in its place.
const RealPromise = Promise;

/** What a channel shows. */
export interface Snapshot {
  readonly len: number;
  readonly cap: number;
  readonly closed: boolean;
  readonly receivers: number;
  readonly senders: number;
}

/** What is told while a program is played. */
export interface Watcher {
  /** A call has returned. */
  called?(stage: Stage, letter: Letter): void;
  /** All that can has gone on. */
  ticked?(stage: Stage): void;
}

/**
 * Plays a program to its end, where all channels are emptied and closed. `pause` lets all go on that
 * can go on.
 */
export async function play(
  program: RandomProgram,
  watcher: Watcher = {},
  pause: (stage: Stage) => Promise<void> = microtask,
): Promise<Stage> {
  const stage = new Stage(program);
  const perform = (letter: Letter): void => {
    stage.perform(letter);
    watcher.called?.(stage, letter);
  };
  const tick = async (): Promise<void> => {
    await pause(stage);
    watcher.ticked?.(stage);
  };

  for (const act of program.acts) {
    if (act === "tick") await tick();
    else perform(act);
  }
  for (const chan of stage.chans.keys()) {
    // Not more often than there are values: a channel may be wrong.
    const count = (): number => stage.look()[chan]!.len + stage.look()[chan]!.senders;
    for (let left = count(); left > 0 && count() > 0; left--) {
      perform({ call: { do: "tryRecv", chan } });
    }
    if (!stage.chans[chan]!.closed) perform({ call: { do: "close", chan } });
  }
  await tick();
  return stage;
}

/** A program that is played, or was. */
export class Stage implements History, Things {
  readonly chans: readonly Chan<unknown>[];
  readonly events: Event[] = [];
  readonly settled: Event[] = [];
  /** Parts of `settled`, from and to: what an abort and a call in it have settled. */
  readonly inAborts: [from: number, to: number][] = [];
  /** How the channels looked before each event. */
  readonly before: (readonly Snapshot[])[] = [];
  readonly #signals = new Map<number, AbortController>();
  /** What listeners of ours do, which are told of an abort before those of the package. */
  #inAbort = (): void => undefined;

  constructor({ channels }: RandomProgram) {
    this.chans = channels.map(({ cap, overflow }) => new Chan(cap, { overflow }));
    // Select takes the first case that is ready: the order of cases is random as it is.
    random.below = () => 0;
  }

  /** Nothing, since a program ends by emptying its channels. */
  get buffered(): [] {
    return [];
  }

  /** How the channels look now. */
  look(): readonly Snapshot[] {
    return this.chans.map((chan) => {
      const { len, cap, closed } = chan;
      return { len, cap, closed, ...waiting(chan) };
    });
  }

  /** The operations that have not settled. */
  get pending(): readonly Event[] {
    return this.events.filter(({ outcome }) => outcome === undefined);
  }

  /** How many listeners beside ours each signal has, with the number of the signal. */
  get listeners(): [number, number][] {
    return [...this.#signals].map(([number, { signal }]) => [number, listeners(signal) - 1]);
  }

  /** Does what the letter says. */
  perform({ call, inAbort }: Letter): void {
    if (inAbort === undefined) {
      this.#call(call);
      return;
    }
    this.#inAbort = () => {
      this.#inAbort = () => undefined;
      this.#call(call);
    };
    // Outcomes are noted in microtasks: these two stand before and behind those of the abort.
    let from = 0;
    void RealPromise.resolve().then(() => (from = this.settled.length));
    this.#call({ do: "abort", signal: inAbort });
    // If the signal was aborted before, it tells nothing.
    this.#inAbort();
    void RealPromise.resolve().then(() => this.inAborts.push([from, this.settled.length]));
  }

  #call(call: Call): void {
    const event: Event = { call };
    this.events.push(event);
    this.before.push(this.look());
    let returned: unknown;
    try {
      returned = invoke(call, this);
    } catch (error) {
      returned = Promise.reject(error);
    }
    // For an exact order, outcomes that are returned are noted as those of promises are.
    const promise = returned instanceof RealPromise ? returned : Promise.resolve(returned);
    const note = (outcome: Outcome): void => {
      event.outcome = outcome;
      this.settled.push(event);
    };
    void promise.then(
      (value) => {
        note(fulfilled(call, value));
      },
      (reason: unknown) => {
        note(rejected(reason));
      },
    );
  }

  signal = (number: number): AbortSignal => this.#controller(number).signal;

  abort = (signal: number): void => {
    this.#controller(signal).abort(REASON);
  };

  #controller(number: number): AbortController {
    let controller = this.#signals.get(number);
    if (controller === undefined) {
      this.#signals.set(number, (controller = new AbortController()));
      controller.signal.addEventListener("abort", () => {
        this.#inAbort();
      });
    }
    return controller;
  }
}
