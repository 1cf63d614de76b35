// The way of jobs into WAIT: never more than `queueSize` of them wait, whichever processes send them.
//
// WAIT itself has no bound. A stream that has one drops its oldest messages when a server that was killed
// comes back with what had been deleted in the last seconds; the oldest may be a job that a crew had in
// its hands when it died. So the bound is a condition of each message:
//
//   waiting = n(WAIT) − n(RUN)     every job that has left WAIT has a fate in RUN (tally.ts)
//   a job is taken if n(WAIT) is `last`, as the server sees it, and it is sent if last − taken < queueSize
//
// Invariant: `taken` was n(RUN) at some time, and that only grows. So when the server takes the job,
// n(WAIT) − n(RUN) ≤ last + 1 − taken ≤ queueSize. Of several that send at a time one is taken; to the others the
// server says where WAIT is now.

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
        const { seq } = await send(message, last ?? NOWHERE);
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
      const { names } = this.#ledger;
      const end = async (stream: string): Promise<number> =>
        (await this.#ledger.info(stream, undefined, check)).state.last_seq;
      this.#taken = await end(names.run);
      this.#last ??= await end(names.wait);
    }
    return this.#last - this.#taken < this.#queueSize ? this.#last : undefined;
  }

  #saw(last: number | undefined): void {
    // It goes back only if the pool was destroyed, and made anew: then nothing is known of it.
    const isOther = last !== undefined && this.#last !== undefined && last < this.#last;
    this.#last = isOther ? undefined : last;
  }
}

/** The server tells where the stream ends, in the text of its refusal. */
function lastIn({ message }: Error): number | undefined {
  const [, last] = /wrong last sequence: (\d+)/u.exec(message) ?? [];
  return last === undefined ? undefined : Number(last);
}
