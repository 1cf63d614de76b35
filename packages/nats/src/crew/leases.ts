// The messages of the jobs that run here. Each is a lease, which is renewed as long as its job runs.

import { unref } from "../platform.js";
import type { Pulled } from "../server/puller.js";

/** The leases of one crew, by the numbers of their jobs. */
export class Leases {
  readonly #messages = new Map<number, Pulled>();
  readonly #timer: ReturnType<typeof setInterval>;

  /** Of so many ms each. */
  constructor(lease: number) {
    this.#timer = setInterval(() => {
      this.renew();
    }, lease / 3);
    unref(this.#timer);
  }

  get size(): number {
    return this.#messages.size;
  }

  has(number: number): boolean {
    return this.#messages.has(number);
  }

  /** A job is here; one that is here already is delivered again by a server that was killed: now it is this message. */
  hold(number: number, message: Pulled): void {
    this.#messages.set(number, message);
  }

  /** The server may forget a job. */
  ack(number: number): void {
    this.#messages.get(number)?.ack();
  }

  /** A job is here no more. */
  release(number: number): void {
    this.#messages.delete(number);
  }

  /** All leases begin anew. */
  renew(): void {
    for (const message of this.#messages.values()) message.renew();
  }

  /** Nothing is renewed by itself any more. */
  end(): void {
    clearInterval(this.#timer);
  }
}
