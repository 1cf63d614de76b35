// A recording: what happens, as events, the newest ones up to a limit.
//
// A hand-over is seen backwards: the receiver that waited has its value before the send is known to be
// done. Nothing else happens to the channel in between, so the receive is held until then.

import { currentClock } from "../loop/clock.js";
import { checkPositiveInteger } from "../util/checks.js";
import { toChromeTrace } from "./chrome-trace.js";
import type { RecordedEvent } from "./events.js";
import { toMermaid } from "./mermaid.js";
import { isFollowed, Messages } from "./messages.js";
import { labelOf } from "./owners.js";
import { toSvg } from "./svg.js";

/** What {@link record} gives. */
export interface Recording {
  /** What has happened so far, in order: at most `limit` events, the newest. */
  readonly events: readonly RecordedEvent[];
  /** Nothing is recorded any more. What was recorded stays. May be called again. */
  stop(): void;
  /** A trace that opens in Perfetto (ui.perfetto.dev) and in chrome://tracing, as JSON. */
  toChromeTrace(): string;
  /** A sequence diagram of Mermaid: the newest 200 rows. */
  toMermaid(): string;
  /** A picture that fits a screen: a lane a task, an arrow from each send to its receive. */
  toSvg(): string;
}

/** What did something, and since when. */
export interface Actor {
  readonly task: string;
  /** In milliseconds by the clock of {@link Recorder.now}; `undefined` if it did not wait. */
  readonly since: number | undefined;
}

/** A receive that is told later than it is seen. */
interface Held {
  readonly chan: object;
  readonly actor: Actor;
  readonly time: number;
  /** Of a select. */
  readonly key: string | number | undefined;
}

const MAX_EVENTS = 100_000;

/** A recording while it lasts, and afterwards. */
export class Recorder implements Recording {
  readonly #limit: number;
  readonly #onStop: (recorder: Recorder) => void;
  #events: RecordedEvent[] = [];
  #next = 0;
  readonly #messages = new Messages();
  readonly #labels = new WeakMap<object, string>();
  #unnamed = 0;
  #held: Held | undefined;

  /** @throws RangeError if `limit` is not a positive integer. */
  constructor(limit: number = MAX_EVENTS, onStop: (recorder: Recorder) => void) {
    checkPositiveInteger("limit", limit);
    this.#limit = limit;
    this.#onStop = onStop;
  }

  get events(): readonly RecordedEvent[] {
    this.#release();
    return this.#events.slice(-this.#limit);
  }

  stop(): void {
    this.#onStop(this);
  }

  toChromeTrace(): string {
    return toChromeTrace(this.events);
  }

  toMermaid(): string {
    return toMermaid(this.events);
  }

  toSvg(): string {
    return toSvg(this.events);
  }

  /** A send is done. */
  send(chan: object, actor: Actor, waited: boolean): void {
    const held = this.#held;
    const isHandOver = held?.chan === chan && !waited;
    if (isHandOver) this.#held = undefined;
    const id = this.#add("send", chan, actor);
    if (isFollowed(chan)) this.#messages.sent(chan, id, waited);
    if (isHandOver) this.#addHeld(held, id);
  }

  /** A receive is done, of a value from the buffer or from a sender that waited. */
  receive(chan: object, actor: Actor): void {
    const from = isFollowed(chan) ? this.#messages.received(chan) : undefined;
    this.#add("receive", chan, actor, { from });
  }

  /** A receiver that waited has its value; in a select it is the case `key`. */
  handOver(chan: object, actor: Actor, key?: string | number): void {
    this.#release();
    const held = { chan, actor, time: now(), key };
    if (isFollowed(chan)) this.#held = held;
    else this.#addHeld(held, undefined);
  }

  /** A channel was closed. */
  close(chan: object, actor: Actor): void {
    this.#add("close", chan, actor);
  }

  /** A select has chosen the case `key`, on `chan`. */
  select(chan: object, actor: Actor, key: string | number): void {
    this.#add("select", chan, actor, { detail: String(key) });
  }

  /** A job of `pool` has ended. */
  job(pool: object, actor: Actor, detail: string): void {
    this.#add("job", pool, actor, { detail });
  }

  /** Something has come in between after all: an odd signal that was let go has used a channel. */
  #release(): void {
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.#addHeld(held, undefined);
  }

  #addHeld({ chan, actor, time, key }: Held, from: number | undefined): void {
    this.#add("receive", chan, actor, { time, from });
    if (key !== undefined) this.select(chan, { ...actor, since: undefined }, key);
  }

  /** Channels without a name are numbered, to be told apart; timers are not, of which there are many. */
  #labelOf(thing: object): string {
    const known = this.#labels.get(thing);
    if (known !== undefined) return known;
    const label = labelOf(thing);
    const isNamed = label.includes('"') || !("trySend" in thing);
    const on = isNamed ? label : `${label} #${++this.#unnamed}`;
    this.#labels.set(thing, on);
    return on;
  }

  #add(
    kind: RecordedEvent["kind"],
    thing: object,
    { task, since }: Actor,
    more: { from?: number | undefined; detail?: string; time?: number } = {},
  ): number {
    this.#release();
    const { from, detail, time = now() } = more;
    const id = this.#next++;
    const on = this.#labelOf(thing);
    this.#events.push({ id, kind, time, since: since ?? time, task, on, detail, from });
    // Now and then, since to drop one at a time would move all the others.
    if (this.#events.length >= 2 * this.#limit) this.#events = this.#events.slice(-this.#limit);
    return id;
  }
}

let clock = currentClock();
let origin = Date.now() - clock.now();

/** In epoch milliseconds, with fractions. It goes by the clock of the timers, which a test may fake. */
export function now(): number {
  const current = currentClock();
  if (current !== clock) {
    clock = current;
    origin = Date.now() - clock.now();
  }
  return origin + clock.now();
}
