// A channel of main, as the thread has it: a kind of our own, whose values come by messages.
//
// Invariants: it has asked for at most as many values as wait here, and max(1, cap); a value is received
// here only if the word in shared memory has counted it in its turn, and sent only if the other word has.

import { ChannelClosedError, CustomChan, type Received } from "@chankit/channel";

import { decode, type Failure } from "../wire/failures.js";
import * as link from "../wire/links.js";

/** How it speaks to main. @throws If what it says cannot be cloned. */
export type Say = (...message: readonly unknown[]) => void;

/** Lets the loop hand on what main says, which no task should. */
export let hear: (chan: LinkedChan, message: readonly unknown[]) => void;
/** The call has ended: nothing comes, and nothing can be sent. */
export let cut: (chan: LinkedChan) => void;

/** See above. */
export class LinkedChan extends CustomChan<unknown> {
  readonly name: string;
  readonly cap: number;
  readonly #limit: number;
  readonly #say: Say;
  readonly #words: Int32Array | undefined;
  readonly #at: number;
  readonly #canSend: boolean;
  #turn = 0;
  #takenInTurn = 0;
  #asked = 0;
  #credits: number;
  /** How many messages have been sent for good. */
  #sent = 0;
  #isClosed: boolean;
  #failure: { readonly error: unknown } | undefined = undefined;
  readonly #arrived: { readonly value: unknown; readonly turn: number }[] = [];

  static {
    hear = (chan, message) => {
      chan.#hear(message);
    };
    cut = (chan) => {
      chan.#isClosed = true;
      chan.#arrived.length = 0;
      if (!chan.#isOver) chan.end();
    };
  }

  constructor(end: link.End, say: Say, words: Int32Array | undefined, at: number) {
    super();
    this.name = end.name;
    this.cap = end.cap;
    this.#limit = Math.max(1, end.cap);
    this.#credits = this.#limit;
    this.#isClosed = end.isClosed;
    this.#canSend = end.canSend;
    this.#say = say;
    this.#words = words;
    this.#at = at;
  }

  /** How many values have arrived here and have not been received. */
  get len(): number {
    return this.#arrived.length;
  }

  override get closed(): boolean {
    return this.#isClosed;
  }

  override close(): void {
    if (this.#isClosed) throw new ChannelClosedError("close of closed channel");
    this.#isClosed = true;
    this.#say(link.CLOSE);
    this.#count();
    // What waits to send is refused.
    this.notify();
  }

  protected poll(): Received<unknown> | undefined {
    if (this.#failure !== undefined) {
      const { error } = this.#failure;
      this.#failure = undefined;
      throw error;
    }
    for (let it = this.#arrived.shift(); it !== undefined; it = this.#arrived.shift()) {
      if (this.#take(it.turn)) return { ok: true, value: it.value, done: false };
    }
    return undefined;
  }

  protected offer(value: unknown): boolean {
    if (!this.#canSend) throw new TypeError("this channel cannot be sent to");
    if (this.#isClosed) throw this.closedError();
    if (this.#credits === 0) return false;
    this.#say(link.SEND, value);
    this.#credits--;
    const refused = this.#count();
    if (refused === undefined) return true;
    if (refused === link.STOPPED) {
      // The thread is about to be terminated: whether it came before that will never be told.
      this.#credits = -Infinity;
      return false;
    }
    this.#isClosed = true;
    throw this.closedError();
  }

  protected override watch(): void {
    if (this.#takenInTurn > link.MANY) this.#endTurn();
    this.#ask();
  }

  protected override unwatch(): void {
    if (this.#asked > 0) this.#endTurn();
  }

  get #isOver(): boolean {
    return super.closed;
  }

  /** Counts what is under way now; if it does not count, gives why not. */
  #count(): number | undefined {
    if (this.#words === undefined) return undefined;
    const refused = link.countSent(this.#words, this.#at, this.#sent);
    if (refused === undefined) this.#sent = link.nextSent(this.#sent);
    return refused;
  }

  #ask(): void {
    const count = Math.min(this.waitingReceivers, this.#limit) - this.#asked;
    if (count <= 0) return;
    this.#asked += count;
    this.#say(link.WANT, count);
  }

  #endTurn(): void {
    this.#asked = 0;
    this.#takenInTurn = 0;
    this.#turn = link.nextTurn(this.#turn);
    this.#say(link.UNWANT);
  }

  #take(turn: number): boolean {
    if (this.#words !== undefined && !link.take(this.#words, this.#at, turn)) return false;
    if (turn === this.#turn) this.#takenInTurn++;
    this.#say(link.TOOK, turn);
    return true;
  }

  #hear([kind, value, turn]: readonly unknown[]): void {
    switch (kind) {
      case link.VALUE:
        if (turn === this.#turn) this.#asked--;
        this.#arrived.push({ value, turn: turn as number });
        this.notify();
        if (this.waitingReceivers > 0) this.#ask();
        return;
      case link.DRAINED:
        this.#isClosed = true;
        if (!this.#isOver) this.end();
        return;
      case link.FAILED:
        // The receive that it is for was withdrawn.
        if (turn !== this.#turn) return;
        this.#asked--;
        this.#failure = { error: decode(value as Failure) };
        this.notify();
        return;
      case link.CREDIT:
        this.#credits++;
        this.notify();
        return;
      case link.CLOSED:
        this.#isClosed = true;
        if (this.#words === undefined) this.#say(link.HEARD);
        this.notify();
    }
  }
}
