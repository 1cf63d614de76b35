// The messages of the jobs that are here and have not ended. Each is a lease, which is renewed until then.

import { unref } from "../platform.js";
import type { Pulled } from "../server/puller.js";

/** The leases of one crew, by their jobs. */
export class Leases {
  readonly #messages = new Map<string, Pulled>();
  readonly #timer: ReturnType<typeof setInterval>;

  /** Of so many ms each. */
  constructor(lease: number) {
    this.#timer = setInterval(() => {
      this.renew();
    }, lease / 3);
    unref(this.#timer);
  }

  has(job: string): boolean {
    return this.#messages.has(job);
  }

  /** A job is here; one that is here already is delivered again by a server that was killed: now it is this message. */
  hold(job: string, message: Pulled): void {
    this.#messages.set(job, message);
  }

  /** The server may forget a job. */
  ack(job: string): void {
    this.#messages.get(job)?.ack();
    this.release(job);
  }

  /** A job is here no more: other crews get it when its lease ends. */
  release(job: string): void {
    this.#messages.delete(job);
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
