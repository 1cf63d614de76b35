// What channels do, told as plainly as possible: arrays, and loops over all of them. It shares no
// code and no idea with the implementation, but that random choices are switched off: the first
// case that can complete is the choice.

import type { Overflow } from "../../src/state/channel-core.js";

/** What came of an operation. */
export type Outcome =
  | { readonly result: "received"; readonly key: number; readonly value: number }
  | { readonly result: "ended" | "sent"; readonly key: number }
  | { readonly result: "closed" | "aborted" };

/** One thing that an operation waits for: a plain operation has one case, a select any number. */
export interface ModelCase {
  readonly chan: number;
  /** There if it is one that sends. */
  readonly value: number | undefined;
}

interface Waiting {
  readonly id: number;
  readonly cases: readonly ModelCase[];
  readonly signal: number | undefined;
}

interface Channel {
  readonly cap: number;
  readonly overflow: Overflow;
  readonly buffer: number[];
  closed: boolean;
}

/** Some channels, and all operations on them. Those that wait are in one list, in order of arrival. */
export class Model {
  readonly channels: readonly Channel[];
  waiting: Waiting[] = [];
  readonly aborted: Set<number> = new Set<number>();
  readonly outcomes: Map<number, Outcome> = new Map<number, Outcome>();
  /** Who had waited and was committed, and by which channel, in order. */
  readonly commits: { readonly id: number; readonly chan: number }[] = [];

  constructor(channels: readonly { readonly cap: number; readonly overflow: Overflow }[]) {
    this.channels = channels.map((channel) => ({ ...channel, buffer: [], closed: false }));
  }

  /** Begins an operation; one that only tries has no outcome if it would wait. */
  start(id: number, cases: readonly ModelCase[], signal: number | undefined, tries: boolean): void {
    if (signal !== undefined && this.aborted.has(signal)) {
      this.outcomes.set(id, { result: "aborted" });
      return;
    }
    for (const [key, one] of cases.entries()) {
      const outcome = one.value === undefined ? this.#receive(one, key) : this.#send(one, key);
      if (outcome !== undefined) {
        this.outcomes.set(id, outcome);
        return;
      }
    }
    if (!tries) this.waiting.push({ id, cases, signal });
  }

  /** Gives false if the channel is closed already. */
  close(chan: number): boolean {
    const channel = this.channels[chan]!;
    if (channel.closed) return false;
    channel.closed = true;
    while (this.#commit(chan, "receiver", (key) => ({ result: "ended", key })));
    while (this.#commit(chan, "sender", () => ({ result: "closed" })));
    return true;
  }

  /** Aborts a signal; `act` is what another of its listeners does first. */
  abort(signal: number, act: () => void): void {
    if (this.aborted.has(signal)) return;
    this.aborted.add(signal);
    const rejected = this.waiting.filter((operation) => operation.signal === signal);
    this.waiting = this.waiting.filter((operation) => operation.signal !== signal);
    act();
    for (const { id } of rejected) this.outcomes.set(id, { result: "aborted" });
  }

  /** How many cases wait on one side of a channel. */
  count(chan: number, side: "receiver" | "sender"): number {
    return this.waiting.flatMap(({ cases }) => cases.filter((one) => isOn(one, chan, side))).length;
  }

  #receive({ chan }: ModelCase, key: number): Outcome | undefined {
    const { buffer, closed } = this.channels[chan]!;
    const head = buffer.shift();
    const sent = this.#commit(chan, "sender", (itsKey) => ({ result: "sent", key: itsKey }));
    if (sent !== undefined) buffer.push(sent.value!);
    const value = head ?? buffer.shift();
    if (value !== undefined) return { result: "received", key, value };
    return closed ? { result: "ended", key } : undefined;
  }

  #send({ chan, value }: ModelCase, key: number): Outcome | undefined {
    const { buffer, cap, closed, overflow } = this.channels[chan]!;
    if (closed) return { result: "closed" };
    const hasReceiver = this.#commit(chan, "receiver", (itsKey) => {
      return { result: "received", key: itsKey, value: value! };
    });
    if (hasReceiver === undefined) {
      if (buffer.length === cap && overflow === "block") return undefined;
      if (buffer.length < cap || overflow === "dropOldest") buffer.push(value!);
      if (buffer.length > cap) buffer.shift();
    }
    return { result: "sent", key };
  }

  /** Commits the longest-waiting case on one side of a channel, if there is one. */
  #commit(
    chan: number,
    side: "receiver" | "sender",
    outcome: (key: number) => Outcome,
  ): ModelCase | undefined {
    const operation = this.waiting.find(({ cases }) => cases.some((one) => isOn(one, chan, side)));
    if (operation === undefined) return undefined;
    const key = operation.cases.findIndex((one) => isOn(one, chan, side));
    this.waiting = this.waiting.filter((other) => other !== operation);
    this.outcomes.set(operation.id, outcome(key));
    this.commits.push({ id: operation.id, chan });
    return operation.cases[key];
  }
}

function isOn(one: ModelCase, chan: number, side: "receiver" | "sender"): boolean {
  return one.chan === chan && (one.value === undefined) === (side === "receiver");
}
