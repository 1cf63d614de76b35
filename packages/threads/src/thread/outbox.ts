// What the thread has to tell, gathered to one message. A value is told as it was when its task ended: if
// its message does not leave at once, it is copied.

import { checkAttached, isConstant, snapshot, whyNot } from "../wire/clone.js";
import { encode } from "../wire/failures.js";
import { FAILURE, LINK, PASSED, UNCLONEABLE, UNKNOWN, VALUE } from "../wire/protocol.js";
import { transferListOf } from "./transfer.js";

/** See above. */
export class Outbox {
  readonly #port: MessagePort;
  /** The next message: how many calls were taken, then slot, outcome, value; slot … */
  #next: unknown[];
  #toldTaken = -1;
  #taken = 0;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#next = [0];
  }

  /** Whether outcomes wait to be told. */
  get isFull(): boolean {
    return this.#next.length > 1;
  }

  /** A call was taken out of what main has sent. */
  take(): void {
    this.#taken++;
  }

  /** Main has revoked the call. */
  pass(slot: number): void {
    this.#next.push(slot, PASSED, undefined);
  }

  /** The task has returned a value. `isLast`: what has to be told is told now. */
  value(slot: number, value: unknown, isLast: boolean): void {
    if (isConstant(value)) {
      this.#next.push(slot, VALUE, value);
      return;
    }
    const list = transferListOf(value);
    try {
      if (list === undefined && !isLast) {
        this.#next.push(slot, VALUE, snapshot(value));
      } else {
        for (const item of list ?? []) checkAttached(item);
        this.#post([slot, VALUE, value], list);
      }
    } catch (error) {
      this.#next.push(slot, UNCLONEABLE, whyNot(error));
    }
  }

  /** The task has thrown. */
  failure(slot: number, thrown: unknown): void {
    this.#next.push(slot, FAILURE, encode(thrown));
  }

  /**
   * Something of a channel of a call: at once.
   *
   * @throws If it cannot be cloned.
   */
  link(slot: number, message: readonly unknown[]): void {
    this.#post([slot, LINK, message], undefined);
  }

  /** There is no such task. */
  unknown(slot: number, known: string): void {
    this.#next.push(slot, UNKNOWN, known);
  }

  /** Tells what there is to tell, if there is anything. */
  flush(): void {
    if (this.isFull || this.#taken !== this.#toldTaken) this.#post([], undefined);
  }

  /** @throws If it cannot be cloned or transferred: then nothing was told. */
  #post(more: readonly unknown[], list: readonly object[] | undefined): void {
    const message = [this.#taken, ...this.#next.slice(1), ...more];
    this.#port.postMessage(message, (list as Transferable[] | undefined) ?? []);
    this.#toldTaken = this.#taken;
    this.#next = [0];
  }
}
