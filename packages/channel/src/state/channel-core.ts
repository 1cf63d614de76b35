// The state of one channel: a buffer and two wait queues (Go's hchan). Everything here is
// synchronous, and nothing else changes the state of a `Chan`.
//
// Invariants, between any two calls, but for what was on loan:
//   - senders or receivers is empty, but for selects that wait on both sides;
//   - a receiver waits only if the buffer is empty, a sender only if it is full;
//   - 0 <= len <= cap;
//   - nothing waits on a closed channel.

import type { Received } from "./types.js";
import { closeOfClosed, sendOnClosed } from "./errors.js";
import type { RecvPort, SendPort } from "./port.js";
import { CLOSED, received } from "./received.js";
import { RingBuffer } from "../util/ring-buffer.js";
import { sight } from "../util/sight.js";
import { sureQueue, WaitQueue } from "./wait-queue.js";

/** What a send does when the buffer is full: wait, discard the head, or discard its own value. */
export type Overflow = "block" | "dropOldest" | "dropNewest";

/** The state machine of a `Chan`. */
export class ChannelCore<T> implements RecvPort<T>, SendPort<T> {
  readonly cap: number;
  /** For errors. */
  readonly name: string | undefined;
  of: object | undefined;
  /** For reports: a wait for it is a daemon's if this is false. */
  readonly ref: boolean | undefined;
  readonly receivers: WaitQueue = sureQueue();
  readonly senders: WaitQueue = new WaitQueue();
  readonly #overflow: Overflow;
  readonly buffer: RingBuffer<T> = new RingBuffer();
  /** How many values were received on loan: while they may come back, the channel is not drained. */
  lent = 0;
  /** Called when the channel has been closed. */
  onClose: (() => void) | undefined = undefined;
  #closed = false;

  constructor(cap: number, overflow: Overflow, name: string | undefined, ref?: boolean) {
    this.ref = ref;
    this.cap = cap;
    this.name = name;
    this.#overflow = overflow;
  }

  get len(): number {
    return this.buffer.length;
  }

  get closed(): boolean {
    return this.#closed;
  }

  trySend(value: T): boolean {
    if (this.#closed) throw sendOnClosed(this.name);

    // A receiver waits only if the buffer is empty, so this does not overtake a buffered value.
    const receiver = this.receivers.firstLive();
    if (receiver !== undefined) {
      receiver.complete(received(value));
    } else if (this.buffer.length < this.cap) {
      this.buffer.push(value);
    } else if (this.#overflow === "dropOldest") {
      this.buffer.shift();
      this.buffer.push(value);
    } else {
      return this.#overflow === "dropNewest";
    }
    sight.did?.(this, this.senders);
    return true;
  }

  tryRecv(): Received<T> | undefined {
    const length = this.buffer.length;
    let value = length > 0 ? this.buffer.shift() : undefined;
    // What has come back may lie there beyond the cap: then there is no room now.
    const sender = length <= this.cap ? this.senders.firstLive() : undefined;
    if (sender !== undefined) {
      if (length > 0) this.buffer.push(sender.value as T);
      else value = sender.value as T;
      sender.complete();
    } else if (length === 0) {
      return this.#closed && this.lent === 0 ? CLOSED : undefined;
    }
    sight.did?.(this, this.receivers);
    return received(value as T);
  }

  close(): void {
    if (this.#closed) throw closeOfClosed(this.name);
    this.#closed = true;
    sight.did?.(this);

    // Receivers first: a select that waits on both sides ends as its receive case, as in Go.
    if (this.lent === 0) {
      this.receivers.serveAll((receiver) => {
        receiver.complete(CLOSED);
      });
    }
    // One error for all of them: to capture a stack costs more than everything else here.
    let error: Error | undefined;
    this.senders.serveAll((sender) => {
      sender.fail((error ??= sendOnClosed(this.name)));
    });
    this.onClose?.();
  }
}
