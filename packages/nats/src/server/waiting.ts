// The jobs that WAIT holds, read by their numbers. A read counts as no delivery, and takes a job from no crew: a pull
// would do both.

import type { StoredMsg } from "@nats-io/jetstream";

import type { Ledger } from "./ledger.js";

/** A job as WAIT gives it. */
export interface Waiting {
  /** Its number: its sequence in WAIT. */
  readonly seq: number;
  /** When it was accepted, in epoch ms of the server. */
  readonly at: number;
  readonly data: Uint8Array;
}

/** The first job from this number on; `undefined` if there is none. */
export async function nextWaiting(ledger: Ledger, from: number): Promise<Waiting | undefined> {
  const { names } = ledger;
  const message = await ledger.read(names.wait, names.subject("wait"), from);
  return message && { seq: message.seq, at: timeOf(message), data: message.data };
}

/** The jobs from one number to another: each is read when the one before it is done with. */
export async function* waitingIn(
  ledger: Ledger,
  from: number,
  to: number,
): AsyncGenerator<Waiting, void, void> {
  for (let next = from; next <= to;) {
    const job = await nextWaiting(ledger, next);
    if (job === undefined || job.seq > to) return;
    yield job;
    next = job.seq + 1;
  }
}

/** Whether WAIT holds this very job. */
export async function isHeld(ledger: Ledger, { seq, at }: Omit<Waiting, "data">): Promise<boolean> {
  const message = await ledger.read(ledger.names.wait, seq);
  return message !== undefined && timeOf(message) === at;
}

/** As a delivery tells it (puller.ts): to the same bit, since jobs are known by it. */
function timeOf({ timestamp }: StoredMsg): number {
  const nanoseconds = timestamp.slice(20, -1).padEnd(9, "0");
  return Number(`${Date.parse(`${timestamp.slice(0, 19)}Z`) / 1000}${nanoseconds}`) / 1e6;
}
