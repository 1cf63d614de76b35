// Real channels whose calls are all over when they return: see `recordPromises`.

import { Chan } from "../../src/chan/chan.js";
import { random } from "../../src/util/random.js";
import { portOf } from "../../src/chan/recv-base.js";
import { fulfilled, invoke, rejected, type Things } from "./invoke.js";
import type { Call, Channel, open, Outcome, Waiting } from "./model.js";
import { holds, type Parked, takeParked } from "./observe.js";
import { listen, RecordedPromise } from "./recorded-promise.js";
import { TestSignal } from "./test-signal.js";

/** That an operation has settled. */
export interface Settled {
  readonly op: number;
  readonly outcome: Outcome;
}

// What a send that need not wait returns was made when the package was loaded.
const DONE: unknown = new Chan<number>(1).send(0);

/** Channels, and what has become of the calls to them. */
export class RealChannels implements Things {
  readonly chans: readonly Chan<unknown>[];
  readonly calls: Call[] = [];
  /** The cases that each call has parked, in order. */
  readonly parked: (readonly Parked[])[] = [];
  readonly #signals = new Map<number, TestSignal>();
  #settled: Settled[] = [];

  /** `below` makes the random choices of select. */
  constructor(channels: Parameters<typeof open>, below: (n: number) => number) {
    this.chans = channels.map(({ cap, overflow }) => new Chan(cap, { overflow }));
    random.below = below;
    listen((promise) => {
      this.#note(promise.op, promise);
    });
  }

  /** Makes a call. */
  make(call: Call): void {
    const op = this.calls.push(call) - 1;
    let returned: unknown;
    try {
      returned = invoke(call, this);
      if (returned === DONE || !(returned instanceof RecordedPromise)) {
        returned = RecordedPromise.resolve(returned === DONE ? undefined : returned);
      }
    } catch (error) {
      returned = RecordedPromise.reject(error);
    }
    this.parked[op] = takeParked();

    const promise = returned as RecordedPromise;
    promise.op = op;
    if (promise.status !== "pending") this.#note(op, promise);
  }

  /** Aborts `signal`; its listener that is called before all others makes `call`. */
  makeInAbort(signal: number, call: Call): void {
    const op = this.calls.push({ do: "abort", signal }) - 1;
    this.parked[op] = [];
    this.#signal(signal).abort(() => {
      this.make(call);
    });
    this.#settled.push({ op, outcome: { what: "done" } });
  }

  /** What has settled since the last time, in order. */
  takeSettled(): readonly Settled[] {
    const taken = this.#settled;
    this.#settled = [];
    return taken;
  }

  /** Whether the channel looks as the model says, to its wait queues' links. */
  isLike(index: number, { buffer, closed, receivers, senders }: Channel): boolean {
    const chan = this.chans[index]!;
    const port = portOf(chan)!;
    return (
      chan.len === buffer.length &&
      chan.closed === closed &&
      holds(port.receivers, this.#find(port.receivers, receivers)) &&
      holds(port.senders!, this.#find(port.senders, senders))
    );
  }

  /** Whether exactly the signals of waiters have a listener, one each. */
  listensOnlyFor(waiting: readonly { readonly signal: number | undefined }[]): boolean {
    const wanted = new Set(waiting.map((one) => one.signal));
    for (const [number, { listeners }] of this.#signals) {
      if (listeners.length !== (wanted.has(number) ? 1 : 0)) return false;
    }
    return true;
  }

  signal = (number: number): AbortSignal => this.#signal(number) as unknown as AbortSignal;

  abort = (signal: number): void => {
    this.#signal(signal).abort();
  };

  #signal(number: number): TestSignal {
    let signal = this.#signals.get(number);
    if (signal === undefined) this.#signals.set(number, (signal = new TestSignal()));
    return signal;
  }

  #note(op: number, { status, value }: RecordedPromise): void {
    const outcome = status === "fulfilled" ? fulfilled(this.calls[op]!, value) : rejected(value);
    // A loop that serves waiters must come to an end, even if it is wrong.
    if (this.#settled.push({ op, outcome }) > 1000) throw new Error("settles without end");
  }

  #find(queue: unknown, waiting: readonly Waiting[]): (Parked | undefined)[] {
    return waiting.map(({ op, key }) =>
      this.parked[op]?.find((one) => one.key === key && one.queue === queue),
    );
  }
}
