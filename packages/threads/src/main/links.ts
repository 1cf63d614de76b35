// The channels of a call, as main has them: see wire/links.ts for what is said. What the thread sends has a file
// of its own, arrivals.ts.
//
// Invariant: of each channel, what was lent to the thread and is neither kept nor given back stands in #lent,
// in the order in which the thread takes it.

import { ChanPort, type Received, type RecvChan, type SendChan } from "@chankit/channel";

import { encode } from "../wire/failures.js";
import * as link from "../wire/links.js";
import { Arrivals } from "./arrivals.js";

/** A channel, to whatever end. */
export type AnyChan = RecvChan<unknown> | SendChan<never>;

/** @throws TypeError if they are not channels of `@chankit/channel`, by their names. */
export function checkChannels(channels: unknown): Readonly<Record<string, AnyChan>> | undefined {
  if (channels === undefined) return undefined;
  if (typeof channels !== "object" || channels === null) {
    throw new TypeError("channels must be an object of channels, such as { in: jobs }");
  }
  const copy = { ...(channels as Readonly<Record<string, AnyChan>>) };
  for (const chan of Object.values(copy)) new ChanPort(chan as RecvChan<unknown>);
  return copy;
}

/** Sends the thread a message of one of the channels. @throws If it cannot be cloned. */
export type Say = (end: number, ...message: readonly unknown[]) => void;

/** The channels of one call. */
export class Links {
  readonly ends: readonly link.End[];
  readonly words: SharedArrayBuffer | undefined;
  readonly #links: readonly Link[];

  /** @throws TypeError if one of them is no channel. */
  constructor(channels: Readonly<Record<string, AnyChan>>, isShared: boolean) {
    const entries = Object.entries(channels);
    const ports = entries.map(([, chan]) => new ChanPort<unknown>(chan as RecvChan<unknown>));
    const size = Math.max(1, entries.length) * link.WORDS * Int32Array.BYTES_PER_ELEMENT;
    this.words = isShared ? new SharedArrayBuffer(size) : undefined;
    const words = this.words === undefined ? undefined : new Int32Array(this.words);
    this.#links = entries.map(([, chan], end) => {
      return new Link(chan, ports[end] as ChanPort<unknown>, words, end);
    });
    this.ends = entries.map(([name, { cap, closed }], end) => {
      return { name, cap, isClosed: closed, canSend: (ports[end] as ChanPort<unknown>).canSend };
    });
  }

  /** The call is sent: from now on the thread may speak. */
  begin(say: Say): void {
    this.#links.forEach((it, end) => {
      it.begin((...message) => {
        say(end, ...message);
      });
    });
  }

  /** What the thread says of a channel. */
  hear([end, kind, value]: readonly unknown[]): void {
    this.#links[end as number]?.hear(kind as number, value);
  }

  /** Whether something that the thread has sent is under way, and will come though the thread has ended. */
  get isOwed(): boolean {
    return this.#links.some(({ arrivals }) => arrivals.isOwed);
  }

  /** The thread is about to be terminated: from now on no send of it happens. */
  stop(): void {
    for (const { arrivals } of this.#links) arrivals.stop();
  }

  /**
   * The call has settled, or was taken back: what was under way to it comes back. `isOver`: the thread has
   * told all that it ever will of it.
   */
  end(isOver: boolean): void {
    for (const it of this.#links) it.end(isOver);
  }
}

class Link {
  /** What the thread sends. */
  readonly arrivals: Arrivals;
  readonly #port: ChanPort<unknown>;
  readonly #words: Int32Array | undefined;
  readonly #at: number;
  // Bound before the thread can speak.
  #say!: (...message: readonly unknown[]) => void;
  #turn = 0;
  #lent: unknown[] = [];
  /** How many of this turn the thread has said to have taken. */
  #kept = 0;
  /** Receives that wait at the channel. */
  readonly #waiting = new Map<object, () => boolean>();
  #isEnded = false;

  constructor(chan: AnyChan, port: ChanPort<unknown>, words: Int32Array | undefined, at: number) {
    this.arrivals = new Arrivals(chan, port, words, at);
    this.#port = port;
    this.#words = words;
    this.#at = at;
  }

  begin(say: (...message: readonly unknown[]) => void): void {
    this.#say = say;
    this.arrivals.begin(say);
  }

  hear(kind: number, value: unknown): void {
    switch (kind) {
      case link.WANT:
        for (let left = value as number; left > 0 && !this.#isEnded; left--) this.#receive();
        return;
      case link.UNWANT:
        if (!this.#isEnded) this.#nextTurn();
        return;
      case link.SEND:
        this.arrivals.send(value);
        return;
      case link.CLOSE:
        this.arrivals.close();
        return;
      case link.HEARD:
        this.arrivals.heard();
        return;
      case link.TOOK:
        // What a turn has counted was kept when it ended.
        if (this.#words !== undefined && (this.#isEnded || value !== this.#turn)) return;
        this.#kept++;
        this.#lent.shift();
        this.#port.keep(1);
    }
  }

  end(isOver: boolean): void {
    if (!this.#isEnded) {
      this.#isEnded = true;
      this.#withdraw();
      this.#settle(undefined);
    }
    // What the thread has not said to have taken, it never will.
    if (isOver && this.#words === undefined) this.#giveBack(this.#kept);
    this.arrivals.end(isOver);
  }

  #receive(): void {
    const told = {
      isOver: false as boolean,
      done: (received: Received<unknown>) => {
        told.isOver = true;
        this.#waiting.delete(told);
        if (received.ok) this.#lend(received.value);
        else this.#say(link.DRAINED);
      },
      failed: (error: unknown) => {
        this.#waiting.delete(told);
        this.#say(link.FAILED, encode(error), this.#turn);
      },
    };
    try {
      const withdraw = this.#port.receive(told);
      if (!told.isOver) this.#waiting.set(told, withdraw);
    } catch (error) {
      told.failed(error);
    }
  }

  #lend(value: unknown): void {
    this.#lent.push(value);
    try {
      this.#say(link.VALUE, value, this.#turn);
    } catch (error) {
      // It can go to no thread: the receive there fails, and it is gone. Not within the operation.
      this.#lent.pop();
      this.#say(link.FAILED, encode(error), this.#turn);
      void Promise.resolve().then(() => {
        this.#port.keep(1);
      });
    }
  }

  /** Nothing waits in the thread any more: what is under way comes back. */
  #nextTurn(): void {
    this.#withdraw();
    this.#turn = link.nextTurn(this.#turn);
    this.#settle(this.#turn);
  }

  #withdraw(): void {
    for (const withdraw of this.#waiting.values()) withdraw();
    this.#waiting.clear();
  }

  /** Ends the turn: what was counted is kept, the rest comes back. */
  #settle(next: number | undefined): void {
    if (this.#words !== undefined) this.#giveBack(link.endTurn(this.#words, this.#at, next));
  }

  /** So many were taken since the turn began, those included that are kept already. */
  #giveBack(count: number): void {
    const lent = this.#lent;
    const taken = count - this.#kept;
    this.#lent = [];
    this.#kept = 0;
    if (taken > 0) this.#port.keep(taken);
    if (lent.length > taken) this.#port.putBack(lent.slice(taken));
  }
}
