// The line of callers of one process that have a job for the pool. The server has no line of its own: there
// is room in WAIT, or there is none. So one job at a time is offered, that of the first caller.
//
// Invariants: jobs are offered in the order of the calls; a `tryQueue` never waits behind a caller that
// found the queue full; a caller that is refused has no job in the pool, unless the server could not be
// asked any more.

import { type AbortRegistration, gosched, onAbort } from "@chankit/channel";

import { closedError, goneError, isNoResponders } from "../errors.js";
import { Gate, type Message } from "../server/gate.js";
import { Hint } from "../server/hint.js";
import type { Ledger } from "../server/ledger.js";
import type { Phase } from "../server/phase.js";
import type { Job } from "./job.js";

/** A caller. */
interface Caller {
  readonly job: Job;
  /** Of `tryQueue`: it takes no for an answer. */
  readonly tries: boolean;
  readonly settle: (accepted: boolean) => void;
  readonly fail: (error: unknown) => void;
  link?: AbortRegistration;
}

/** There may be room without a word of it: ask again after so many ms, not all at once. */
const LOOK_MS = 700;
const LOOK_SPREAD_MS = 600;

/** The line. */
export class Intake {
  readonly #ledger: Ledger;
  readonly #phase: Phase;
  readonly #gate: Gate;
  readonly #line = new Set<Caller>();
  #isOffering = false;
  /** Whether the first caller has found the queue full, and waits for room. */
  #isFull = false;
  #room: Hint | undefined;
  #hasLeft = false;

  constructor(ledger: Ledger, phase: Phase, queueSize: number) {
    this.#ledger = ledger;
    this.#phase = phase;
    this.#gate = new Gate(ledger, queueSize);
  }

  /** How many callers wait. */
  get blocked(): number {
    return this.#line.size;
  }

  /** Resolves to whether the job was accepted; only one that tries gets `false`. */
  offer(job: Job, tries: boolean): Promise<boolean> {
    const { signal } = job;
    return new Promise((resolve, reject) => {
      const caller: Caller = { job, tries, settle: resolve, fail: reject };
      if (signal?.aborted === true) {
        reject(signal.reason);
      } else if (this.#refusal !== undefined) {
        reject(this.#refusal);
      } else if (tries && this.#isFull) {
        // An answer without asking: a loop over it must not starve timers.
        void Promise.resolve(gosched()).then(() => {
          resolve(false);
        });
      } else {
        if (signal !== undefined) {
          const cancel = (): void => {
            this.#withdraw(caller);
          };
          caller.link = onAbort(signal, { cancel });
        }
        this.#line.add(caller);
        void this.#offerAll();
      }
    });
  }

  /** The state of the pool has changed: refuses all that wait, if it is not open. */
  look(): void {
    const refusal = this.#refusal;
    if (refusal === undefined) return;
    for (const caller of [...this.#line]) if (!this.#isAsked(caller)) this.#fail(caller, refusal);
    this.stir();
  }

  /** There may be room: the server is asked again. */
  stir(): void {
    this.#room?.stir();
  }

  /** This process has no part in the pool any more. */
  leave(): void {
    this.#hasLeft = true;
    this.look();
  }

  get #refusal(): Error | undefined {
    const { pool } = this.#ledger.names;
    if (this.#phase.isGone) return goneError(pool, "destroyed");
    if (this.#hasLeft) return goneError(pool, "left");
    return this.#phase.isOpen ? undefined : closedError(pool);
  }

  /** Whether the server is being asked about the job: it may have it, so it is not ours to refuse. */
  #isAsked(caller: Caller): boolean {
    const [first] = this.#line;
    return caller === first && !this.#isFull;
  }

  async #offerAll(): Promise<void> {
    if (this.#isOffering) return;
    this.#isOffering = true;
    for (let [first] = this.#line; first !== undefined; [first] = this.#line) {
      try {
        await this.#offerFirst(first);
      } catch (error) {
        this.#fail(first, error);
      }
      this.#isFull = false;
    }
    this.#room?.end();
    this.#room = undefined;
    this.#isOffering = false;
  }

  /** Offers a job until its caller has an answer, or does not wait any more. */
  async #offerFirst(caller: Caller): Promise<void> {
    for (let isNew = true; this.#line.has(caller); isNew = false) {
      this.#isFull = false;
      if (await this.#put(caller.job, isNew)) {
        this.#settle(caller, true);
        return;
      }
      const refusal = this.#refusal;
      if (refusal !== undefined) throw refusal;
      throwIfAborted(caller.job.signal);
      this.#isFull = true;
      // Those behind one that found it full would overtake it.
      for (const other of this.#line) if (other.tries) this.#settle(other, false);
      if (caller.tries) return;
      if (this.#room === undefined) {
        this.#room = new Hint(this.#ledger, "room");
        // Room that came before we listened was not told us: ask at once.
        continue;
      }
      await this.#room.next(LOOK_MS + Math.random() * LOOK_SPREAD_MS);
    }
  }

  /** Whether the server has accepted the job; if not, there is no room for it. */
  #put({ id, frame, signal }: Job, isNew: boolean): Promise<boolean> {
    const message = { frame, msgID: encodeURIComponent(id) };
    const check = (): void => {
      throwIfAborted(signal);
    };
    return this.#gate.put(message, isNew, (it, last) => this.#send(it, last, check), check);
  }

  #send({ frame, msgID }: Message, last: number, check: () => void): Promise<{ seq: number }> {
    const { names, link } = this.#ledger;
    const options = { msgID, expect: { lastSequence: last } };
    return this.#ledger.call(
      (manager) =>
        link.js.publish(names.subject("wait"), frame, options).catch(async (error: unknown) => {
          if (isNoResponders(error)) {
            // The pool is sealed or gone, or JetStream is just starting: its marks tell.
            await this.#ledger.missing(manager, names.wait, error).catch(() => undefined);
            await this.#phase.refresh();
            if (this.#refusal !== undefined) throw this.#refusal;
          }
          throw error;
        }),
      check,
    );
  }

  #withdraw(caller: Caller): void {
    if (this.#isAsked(caller)) return;
    this.#fail(caller, caller.job.signal?.reason);
    this.stir();
  }

  #settle(caller: Caller, accepted: boolean): void {
    this.#leaveLine(caller);
    caller.settle(accepted);
  }

  #fail(caller: Caller, error: unknown): void {
    this.#leaveLine(caller);
    caller.fail(error);
  }

  #leaveLine(caller: Caller): void {
    caller.link?.remove();
    this.#line.delete(caller);
  }
}

/** Not every signal can do this by itself. */
function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw signal.reason;
}
