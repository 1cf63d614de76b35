// The way of jobs into WAIT: never more than `queueSize` of them wait, whichever processes send them.
//
// WAIT itself has no bound: it holds what is in progress, too. And a stream that has one drops its oldest messages when a
// server that was killed comes back with what had been deleted in the last seconds; the oldest may be a job that is in
// progress. So the bound is a condition of each message:
//
//   waiting = n(WAIT) − n(RUN)     every job that waits no more has a fate in RUN (tally.ts)
//   a job is taken if n(WAIT) is `last`, as the server sees it, and it is sent if last − taken < queueSize
//
// Should a server that was killed have forgotten where WAIT ended, it begins lower. Then n(WAIT) < n(RUN), and the
// numbers of jobs would be given a second time (fate.ts knows these, but how many wait would not be known any more). So
// nothing is sent until WAIT is empty, and then it is put forward to where it was. To put it forward is to delete what it
// holds: so that waits for what is in progress, too, which ends, since nothing new begins.
//
// Invariant: `taken` was n(RUN) at some time, and that only grows. So when the server takes the job,
// n(WAIT) − n(RUN) ≤ last + 1 − taken ≤ queueSize. Of several processes that send at a time one is taken; to the
// others the server says where WAIT is now.
//
// Several jobs of one process travel at a time, each on the condition that the one before it is the last in WAIT. So
// if one is refused, all behind it are, and none overtakes another; and if the last one is stored, all are: one answer
// tells. Where it does not tell that, all are sent again, each for an answer of its own, and those that are there are
// recognized.

import type { StreamState } from "@nats-io/jetstream";

import { CODE, isCode } from "../errors.js";
import type { Ledger } from "./ledger.js";
import type { Conditions } from "./conditions.js";
import type { Stored } from "./wire.js";

/** No stream ends here: a message that is sent on this condition is only recognized, or refused. */
const NOWHERE = Number.MAX_SAFE_INTEGER;

/** A job on its way. */
export interface Message {
  readonly frame: Uint8Array;
  /** By which the server knows it again. */
  readonly msgID: string;
}

/** Sends one of the messages on these conditions. */
export type Send<M extends Message> = (message: M, conditions: Conditions) => Promise<Stored>;

/** Sends messages one behind the other, once: the answer is that to the last one. */
export type SendAll<M extends Message> = (
  messages: readonly (readonly [message: M, conditions: Conditions])[],
) => Promise<Stored>;

/** The server has the job; there is no room for it; it has to be sent again; or what went wrong. */
export type Answer = "accepted" | "full" | "again" | { readonly error: unknown };

/** Lets jobs of one process into WAIT. */
export class Gate {
  readonly #ledger: Ledger;
  readonly #queueSize: number;
  #last: number | undefined;
  /** What the server compares with, where it has not noticed that WAIT was put forward: until the next job. */
  #told: number | undefined;
  #taken = 0;
  /** Whether others hardly ever come in between, and no job is known already: as far as was seen last. */
  #isSmooth = true;

  constructor(ledger: Ledger, queueSize: number) {
    this.#ledger = ledger;
    this.#queueSize = queueSize;
  }

  /**
   * For how many jobs there is room: as far as is known, but the server is asked before this says 0.
   *
   * @throws GoneError if the pool was destroyed, and what `check` throws.
   */
  async room(check: () => void): Promise<number> {
    if (this.#last === undefined || this.#last - this.#taken >= this.#queueSize) {
      this.#taken = (await this.#state("run", check)).last_seq;
      this.#last ??= await this.#endOfWait(this.#taken, check);
    }
    return this.#known();
  }

  /**
   * Sends jobs, no more than there is room for, one behind the other. Where there is none, the first one alone,
   * which is accepted only if the server has one with its id. Fewer answers than messages: the rest was not sent.
   */
  async put<M extends Message>(
    messages: readonly M[],
    send: Send<M>,
    sendAll: SendAll<M>,
  ): Promise<readonly Answer[]> {
    const last = this.#known() > 0 ? this.#last : undefined;
    const isAlone = last === undefined || this.#told !== undefined;
    const end = last === undefined ? NOWHERE : (this.#told ?? last);
    const chain = (isAlone ? messages.slice(0, 1) : messages).map((message, i, all) => {
      const { msgID } = message;
      const conditions = { msgID, lastSequence: end + i, lastMsgID: all[i - 1]?.msgID };
      return [message, conditions] as const;
    });
    if (chain.length > 1 && this.#isSmooth) {
      this.#isSmooth = await this.#areStored(sendAll(chain));
      if (this.#isSmooth) return chain.map(() => "accepted");
    }
    const settled = await Promise.allSettled(chain.map(([message, on]) => send(message, on)));
    this.#isSmooth = settled.every((it) => it.status === "fulfilled" && !it.value.duplicate);
    return settled.map((it) => {
      if (it.status === "fulfilled") {
        this.#stored(it.value);
        return "accepted";
      }
      const error = it.reason as Error;
      if (!isCode(error, CODE.taken) && !isCode(error, CODE.otherBefore)) return { error };
      this.#saw(lastIn(error));
      return last === undefined ? "full" : "again";
    });
  }

  /** Whether there is no room, as far as is known. */
  get isFull(): boolean {
    return this.#last !== undefined && this.#known() === 0;
  }

  /** So many jobs do not wait any more, at least: a crew says so. */
  left(count: number): void {
    this.#taken = Math.max(this.#taken, count);
  }

  /** The server may have been killed: what it has told of WAIT counts no more. */
  forget(): void {
    this.#last = undefined;
  }

  #known(): number {
    return this.#last === undefined ? 0 : Math.max(0, this.#queueSize - this.#last + this.#taken);
  }

  /** Where WAIT ends, behind all that have a fate: so many at least. `undefined`: nothing may be sent now. */
  async #endOfWait(left: number, check: () => void): Promise<number | undefined> {
    const { last_seq: last, messages } = await this.#state("wait", check);
    if (last >= left) return last;
    // What waits, or is in progress, is known by numbers that would be given again.
    if (messages > 0) return undefined;
    // The server has forgotten it; or the pool was made anew between two answers, and RUN has gone back, too.
    this.#taken = (await this.#state("run", check)).last_seq;
    // No farther than what had a fate before WAIT was looked at: behind that, others may have sent jobs by now.
    if (this.#taken >= left) await this.#putForward(left, check);
    return this.#endOfWait(Math.min(this.#taken, left), check);
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

  /** Whether the answer to the last job tells that all are stored; what else it may be will be told of each. */
  async #areStored(answer: Promise<Stored>): Promise<boolean> {
    try {
      const stored = await answer;
      if (stored.duplicate) return false;
      this.#stored(stored);
      return true;
    } catch {
      return false;
    }
  }

  #stored({ seq, duplicate }: Stored): void {
    this.#told = undefined;
    // A known one may be an older one. Or it is this one, whose first answer was lost.
    if (!duplicate || this.#last !== undefined) this.#last = Math.max(seq, this.#last ?? 0);
  }

  #saw(last: number | undefined): void {
    // It goes back only if the pool was destroyed, and made anew, or the server was killed: then nothing is known of it.
    const isOther = last !== undefined && last < Math.max(this.#taken, this.#last ?? 0);
    this.#told = isOther ? last : undefined;
    this.#last = isOther ? undefined : last;
  }
}

/** The server tells where the stream ends, in the text of its refusal. */
function lastIn({ message }: Error): number | undefined {
  const [, last] = /wrong last sequence: (\d+)/u.exec(message) ?? [];
  return last === undefined ? undefined : Number(last);
}
