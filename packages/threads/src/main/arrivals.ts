// What a thread sends into a channel of a call.
//
// A send there has happened once its message is under way and counted: from then on it arrives, whatever
// becomes of the call, the thread and the channel. Into a channel that was closed meanwhile it goes at the
// end, as if it had lain in the buffer at the close. What comes without having been counted was refused there.
// Only a Chan has such an end: into a closed channel of another kind nothing comes any more.
//
// Invariants: what was counted and has not come is #owed, from the end of the counting on; while the channel is
// closed, what is owed and what is in #late is on loan, so the channel is not drained.

import type { ChanPort, SendChan } from "@chankit/channel";

import * as link from "../wire/links.js";
import type { AnyChan } from "./links.js";

/** See above. */
export class Arrivals {
  readonly #chan: AnyChan;
  readonly #port: ChanPort<unknown>;
  readonly #words: Int32Array | undefined;
  readonly #end: number;
  // Bound before the thread can speak.
  #say!: (...message: readonly unknown[]) => void;
  #unlisten!: () => void;
  #arrived = 0;
  /** How many have yet to come, since the counting has ended. */
  #owed: number | undefined = undefined;
  /** How many wait to be sent. */
  #sending = 0;
  /** What waited when the channel was closed. */
  #late: unknown[] = [];
  #isClosing = false;
  /** Whether the thread has yet to say that it has heard of the close: without shared memory. */
  #isUnheard = false;
  #isEnded = false;
  #isOver = false;

  constructor(chan: AnyChan, port: ChanPort<unknown>, words: Int32Array | undefined, end: number) {
    this.#chan = chan;
    this.#port = port;
    this.#words = words;
    this.#end = end;
  }

  /** Whether something is under way that will come though the thread has ended. */
  get isOwed(): boolean {
    return this.#owed !== undefined && this.#owed > 0;
  }

  begin(say: (...message: readonly unknown[]) => void): void {
    this.#say = say;
    this.#unlisten = this.#port.onClose(() => {
      this.#closed();
    });
  }

  /** A value has come. */
  send(value: unknown): void {
    if (!this.#counts()) return;
    if (this.#chan.closed) this.#append(value);
    else this.#trySend(value);
    this.#forget();
  }

  /** The thread has closed the channel, behind all that it has sent. */
  close(): void {
    if (!this.#counts()) return;
    this.#isClosing = true;
    if (this.#chan.closed && this.#owed !== undefined && this.#port.canAppend) this.#port.keep(1);
    this.#closeIfSent();
    this.#forget();
  }

  /** The thread sends nothing any more: it has heard of the close, or its call is over. */
  heard(): void {
    if (!this.#isUnheard) return;
    this.#isUnheard = false;
    this.#port.keep(1);
  }

  /** The thread is about to be terminated: what it has not sent by now it never will. */
  stop(): void {
    if (this.#owed === undefined) this.#endCounting(link.STOPPED);
  }

  /** The call has settled. `isOver`: nothing more is said of it; what is owed may still come. */
  end(isOver: boolean): void {
    this.#isEnded = true;
    if (!isOver) return;
    this.#isOver = true;
    this.heard();
    this.#forget();
  }

  /** Whether what has come was sent there. */
  #counts(): boolean {
    this.#arrived = link.nextSent(this.#arrived);
    if (this.#owed === undefined) return true;
    return this.#owed > 0 && this.#owed-- > 0;
  }

  #endCounting(why: number): void {
    if (this.#words === undefined) return;
    const count = link.endSent(this.#words, this.#end, this.#arrived, why);
    this.#owed = link.sentSince(count, this.#arrived);
  }

  #trySend(value: unknown): void {
    const told = {
      done: () => {
        this.#sent();
      },
      failed: () => {
        // It was closed here meanwhile; the listener puts it in.
        if (this.#chan.closed && this.#port.canAppend) {
          this.#port.expect(1);
          this.#late.push(value);
        }
        this.#sent();
      },
    };
    this.#sending++;
    try {
      this.#port.send(value, told);
    } catch {
      told.failed();
    }
  }

  #sent(): void {
    this.#sending--;
    if (!this.#isEnded && !this.#chan.closed) this.#say(link.CREDIT);
    this.#closeIfSent();
    this.#forget();
  }

  /** A value comes into a channel that is closed. */
  #append(value: unknown): void {
    if (!this.#port.canAppend) return;
    // What is owed is on loan since the close.
    if (this.#owed === undefined) this.#port.expect(1);
    this.#port.append(value);
  }

  #closed(): void {
    for (const value of this.#late.splice(0)) this.#port.append(value);
    if (this.#owed === undefined) this.#endCounting(link.SHUT);
    if (this.#port.canAppend) {
      if (this.#owed !== undefined) this.#port.expect(this.#owed);
      else if (!this.#isOver) {
        this.#isUnheard = true;
        this.#port.expect(1);
      }
    }
    if (!this.#isOver) this.#say(link.CLOSED);
    this.#forget();
  }

  #closeIfSent(): void {
    if (this.#isClosing && this.#sending === 0) {
      this.#isClosing = false;
      if (!this.#chan.closed) (this.#chan as SendChan<never>).close();
    }
  }

  /** Hears no more of the channel, once nothing can come into it. */
  #forget(): void {
    const isDone = this.#sending === 0 && this.#late.length === 0 && !this.isOwed;
    if (this.#isOver && isDone) this.#unlisten();
  }
}
