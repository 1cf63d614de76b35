// Channels of custom kinds: the examples of the docs, and one that does what a test says.

import { Chan } from "../../src/chan/chan.js";
import { CustomChan, CustomRecvChan } from "../../src/chan/custom-chan.js";
import type { Received } from "../../src/state/types.js";

/** The numbers from 1 to n. */
export class Count extends CustomRecvChan<number> {
  readonly cap = 0;
  readonly len = 0;
  #next = 1;
  readonly #n: number;

  constructor(n: number) {
    super();
    this.#n = n;
  }

  protected poll(): Received<number> | undefined {
    if (this.#next > this.#n) return undefined;
    return { ok: true, value: this.#next++, done: false };
  }
}

/** Keeps the newest value only; a send never waits. */
export class Latest<T> extends CustomChan<T> {
  readonly cap = 1;
  readonly #slot = new Chan<T>(1, { overflow: "dropOldest" });

  get len(): number {
    return this.#slot.len;
  }

  protected poll(): Received<T> | undefined {
    return this.#slot.tryRecv();
  }

  protected offer(value: T): boolean {
    return this.#slot.trySend(value);
  }
}

/** Holds texts of so many characters altogether. */
export class Bytes extends CustomChan<string> {
  readonly cap: number;
  readonly #texts = new Chan<string>(Infinity);
  #len = 0;

  constructor(cap: number) {
    super();
    this.cap = cap;
  }

  get len(): number {
    return this.#len;
  }

  protected poll(): Received<string> | undefined {
    const outcome = this.#texts.tryRecv();
    this.#len -= outcome?.value?.length ?? 0;
    return outcome;
  }

  protected offer(text: string): boolean {
    if (this.#len + text.length > this.cap) return false;
    this.#len += text.length;
    return this.#texts.trySend(text);
  }
}

/** A list with `room` for so many values; the test may see and change all that it does. */
export class Shelf<T> extends CustomChan<T> {
  readonly items: T[] = [];
  room = 0;
  /** The hooks that were called. */
  readonly calls: string[] = [];
  /** What the hooks do besides. */
  during: Partial<
    Record<"poll" | "offer" | "watch" | "unwatch" | "withdrawn" | "closedError", () => unknown>
  > = {};
  /** What a send is refused with once it is closed. */
  error: Error | undefined = undefined;

  get cap(): number {
    return this.room;
  }

  get len(): number {
    return this.items.length;
  }

  /** How many wait, as a subclass sees it. */
  get waiting(): { receivers: number; senders: number } {
    return { receivers: this.waitingReceivers, senders: this.waitingSenders };
  }

  /** Makes a change, and tells the waiters. */
  change(values: readonly T[], room = this.room): void {
    this.items.push(...values);
    this.room = room;
    this.notify();
  }

  protected poll(): Received<T> | undefined {
    this.#called("poll");
    if (this.items.length === 0) return undefined;
    return { ok: true, value: this.items.shift() as T, done: false };
  }

  protected offer(value: T): boolean {
    this.#called("offer");
    if (this.items.length >= this.room) return false;
    this.items.push(value);
    return true;
  }

  protected override watch(): void {
    this.#called("watch");
  }

  protected override unwatch(): void {
    this.#called("unwatch");
  }

  protected override withdrawn(): void {
    this.#called("withdrawn");
  }

  protected override closedError(): Error {
    this.during.closedError?.();
    return this.error ?? super.closedError();
  }

  #called(hook: "poll" | "offer" | "watch" | "unwatch" | "withdrawn"): void {
    this.calls.push(hook);
    this.during[hook]?.();
  }
}
