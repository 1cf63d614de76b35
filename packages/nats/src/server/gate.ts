// The way of jobs into WAIT: never more than `queueSize` of them wait, whichever processes send them.
//
// WAIT itself has no bound. A stream that has one drops its oldest messages when a server that was killed
// comes back with what had been deleted in the last seconds; the oldest may be a job that a crew had in
// its hands when it died. So the bound is a condition of each message:
//
//   waiting = n(WAIT) − n(RUN)     every job that has left WAIT has a fate in RUN (tally.ts)
//   a job is taken if n(WAIT) is `last`, as the server sees it, and it is sent if last − taken < queueSize
//
// Should a server that was killed have forgotten where an empty WAIT ended, it begins lower. Then n(WAIT) < n(RUN),
// and the numbers of jobs would be given a second time: those with the old numbers have their fates already, and the new
// ones would never run. So WAIT is put forward to where it was, before anything is sent.
//
// Invariant: `taken` was n(RUN) at some time, and that only grows. So when the server takes the job,
// n(WAIT) − n(RUN) ≤ last + 1 − taken ≤ queueSize. Of several that send at a time one is taken; to the others the
// server says where WAIT is now.

import type { StreamState } from "@nats-io/jetstream";

import { CODE, isCode } from "../errors.js";
import type { Ledger } from "./ledger.js";

/** No stream ends here: a message that is sent on this condition is only recognized, or refused. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/** A job on its way. */
export interface Message {
  readonly frame: Uint8Array;
  /** By which the server knows it again. */
  readonly msgID: string;
}

/** Sends with the condition that WAIT ends at `last`. */
export type Send = (message: Message, last: number) => Promise<{ readonly seq: number }>;

/** Lets jobs of one process into WAIT. */
export class Gate {
  readonly #ledger: Ledger;
  readonly #queueSize: number;
  #last: number | undefined;
  /** What the server compares with, where it has not noticed that WAIT was put forward: until the next job. */
  #told: number | undefined;
  #taken = 0;

  constructor(ledger: Ledger, queueSize: number) {
    this.#ledger = ledger;
    this.#queueSize = queueSize;
  }

  /**
   * Whether the server has the job; if not, there is no room for it. `isNew` says that this job was not
   * sent before: the server may have one with its id, and then there is no need for room.
   *
   * @throws What `send` and `check` throw, and GoneError if the pool was destroyed.
   */
  async put(message: Message, isNew: boolean, send: Send, check: () => void): Promise<boolean> {
    for (;;) {
      const last = await this.#lastWithRoom(check);
      if (last === undefined && !isNew) return false;
      try {
        const { seq } = await send(message, last === undefined ? NOWHERE : (this.#told ?? last));
        this.#told = undefined;
        // It may be that of an older message with this id.
        this.#last = Math.max(seq, this.#last ?? 0);
        return true;
      } catch (error) {
        if (!isCode(error, CODE.taken)) throw error;
        this.#saw(lastIn(error as Error));
        if (last === undefined) return false;
      }
    }
  }

  /** Where WAIT ends, if there is room behind it. */
  async #lastWithRoom(check: () => void): Promise<number | undefined> {
    if (this.#last === undefined || this.#last - this.#taken >= this.#queueSize) {
      this.#taken = (await this.#state("run", check)).last_seq;
      this.#last ??= await this.#endOfWait(check);
    }
    return this.#last - this.#taken < this.#queueSize ? this.#last : undefined;
  }

  /** Where WAIT ends, behind all that have left it. */
  async #endOfWait(check: () => void): Promise<number> {
    for (;;) {
      const { last_seq: last, messages } = await this.#state("wait", check);
      if (last >= this.#taken || messages > 0) return last;
      // The server has forgotten it; or the pool was made anew between two answers, and RUN has gone back, too.
      const { last_seq: taken } = await this.#state("run", check);
      if (taken >= this.#taken) await this.#putForward(taken, check);
      this.#taken = taken;
    }
  }

  /** WAIT is empty: the next job gets the number behind this one. */
  async #putForward(last: number, check: () => void): Promise<void> {
    const { names } = this.#ledger;
    await this.#ledger.call(
      (manager) => manager.streams.purge(names.wait, { seq: last + 1 }),
      check,
    );
  }

  async #state(stream: "wait" | "run", check: () => void): Promise<StreamState> {
    return (await this.#ledger.info(this.#ledger.names[stream], undefined, check)).state;
  }

  #saw(last: number | undefined): void {
    // It goes back only if the pool was destroyed, and made anew, or the server was killed: then nothing is known of it.
    const isOther = last !== undefined && this.#last !== undefined && last < this.#last;
    this.#told = isOther ? last : undefined;
    this.#last = isOther ? undefined : last;
  }
}

/** The server tells where the stream ends, in the text of its refusal. */
function lastIn({ message }: Error): number | undefined {
  const [, last] = /wrong last sequence: (\d+)/u.exec(message) ?? [];
  return last === undefined ? undefined : Number(last);
}
