// The line of callers of one process that have a job for the pool. The server has no line of its own: there
// is room in WAIT, or there is none. So the jobs of the first callers are offered, as many as there is room for.
//
// Invariants: jobs are offered in the order of the calls; a `tryQueue` never waits behind a caller that
// found the queue full; a caller that is refused has no job in the pool, unless the server could not be
// asked any more.

import { gosched, onAbort } from "@chankit/channel";
import type { JetStreamManager } from "@nats-io/jetstream";

import { closedError, goneError, isNoResponders } from "../errors.js";
import { type Answer, Gate, type SendAll } from "../server/gate.js";
import { Hint } from "../server/hint.js";
import type { Ledger } from "../server/ledger.js";
import type { Phase } from "../server/phase.js";
import type { Conditions } from "../server/conditions.js";
import type { Stored } from "../server/wire.js";
import { BATCH, type Caller, checkOf, together } from "./callers.js";
import type { Job } from "./job.js";

/** There may be room without a word of it: ask again after so many ms, not all at once. */
const LOOK_MS = 700;
const LOOK_SPREAD_MS = 600;
/** Where there is room for one there will be for others: if many wait, wait for that so many ms. */
const MORE_MS = 3;

/** The line. */
export class Intake {
  readonly #ledger: Ledger;
  readonly #phase: Phase;
  readonly #gate: Gate;
  readonly #queueSize: number;
  readonly #created: string;
  readonly #line = new Set<Caller>();
  #isOffering = false;
  /** Whether the first caller has found the queue full, and waits for room. */
  #isFull = false;
  #room: Hint | undefined;
  /** Whether all that has left WAIT since the server was asked was told here. */
  #isTold = false;
  #hasLeft = false;

  /** `created` tells the pool from others of its name. */
  constructor(ledger: Ledger, phase: Phase, queueSize: number, created: string) {
    this.#ledger = ledger;
    this.#created = created;
    this.#phase = phase;
    this.#gate = new Gate(ledger, queueSize);
    this.#queueSize = queueSize;
  }

  /** How many callers wait. */
  get blocked(): number {
    return this.#line.size;
  }

  /** Resolves to whether the job was accepted; only one that tries gets `false`. */
  offer(job: Job, tries: boolean): Promise<boolean> {
    const { msgID, isNamed, frame, signal } = job;
    return new Promise((resolve, reject) => {
      const tells = { settle: resolve, fail: reject };
      const caller: Caller = {
        frame,
        msgID,
        signal,
        tries,
        ...tells,
        isAsked: false,
        isNew: isNamed,
      };
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
    for (const caller of [...this.#line]) {
      if (refusal !== undefined && !caller.isAsked) this.#fail(caller, refusal);
    }
    this.stir();
  }

  /** There may be room: the server is asked again. */
  stir(): void {
    this.#room?.stir();
  }

  /** So many jobs do not wait any more, at least. */
  left(count: number): void {
    this.#gate.left(count);
  }

  /** The connection is back: the server may have been killed. */
  reconnected(): void {
    this.#gate.forget();
    this.stir();
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

  async #offerAll(): Promise<void> {
    if (this.#isOffering) return;
    this.#isOffering = true;
    for (let [first] = this.#line; first !== undefined; [first] = this.#line) {
      try {
        if (await this.#offerFirst(first)) continue;
        await this.#waitForRoom(first);
      } catch (error) {
        this.#fail(first, error);
      }
    }
    this.#isFull = false;
    this.#room?.end();
    this.#room = undefined;
    this.#isTold = false;
    this.#isOffering = false;
  }

  /** Offers the job of the first caller, and those behind it; `false` if there is no room. */
  async #offerFirst(first: Caller): Promise<boolean> {
    this.#isFull = false;
    if (this.#isTold && !first.tries && !first.isNew && this.#gate.isFull) return false;
    this.#isTold = this.#room !== undefined;
    const asked = [first];
    first.isAsked = true;
    let answers: readonly Answer[] = ["full"];
    try {
      const room = await this.#gate.room(checkOf(first));
      if (room > 0) asked.push(...together(this.#line, room).slice(1));
      for (const caller of asked) caller.isAsked = true;
      if (room > 0 || first.isNew) {
        answers = await this.#gate.put(asked, this.#send, this.#sendAll);
      }
    } finally {
      for (const caller of asked) caller.isAsked = false;
    }
    for (const [i, answer] of answers.entries()) this.#answered(asked[i] as Caller, answer);
    return answers[0] !== "full";
  }

  #answered(caller: Caller, answer: Answer): void {
    if (answer === "accepted") this.#settle(caller, true);
    else if (answer === "full") caller.isNew = false;
    else if (answer !== "again") this.#fail(caller, answer.error);
    // What could not be told while the server was asked.
    else if (this.#refusal !== undefined) this.#fail(caller, this.#refusal);
    else if (caller.signal?.aborted === true) this.#fail(caller, caller.signal.reason);
  }

  /** Until there may be room for the first caller. */
  async #waitForRoom(first: Caller): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal;
    checkOf(first)();
    this.#isFull = true;
    // Those behind one that found it full would overtake it.
    for (const caller of this.#line) if (caller.tries) this.#settle(caller, false);
    if (first.tries) return;
    // Room that came before we listened was not told us: then the server is asked at once.
    if (this.#room === undefined) {
      this.#room = new Hint(this.#ledger, "room", (text) => {
        this.#hear(text);
      });
      return;
    }
    const hasCome = await this.#room.next(LOOK_MS + Math.random() * LOOK_SPREAD_MS);
    // Words may be lost.
    if (!hasCome) this.#isTold = false;
    // To ask for each place by itself would cost more than all the rest.
    const more = Math.min(this.#line.size, BATCH, Math.floor(this.#queueSize / 4)) - 1;
    if (hasCome && more > 0) await this.#room.next(MORE_MS, more);
  }

  /** A crew tells how many jobs have left WAIT, of which pool; or that it does not know. */
  #hear(text: string): void {
    const [count, created] = text.split(" ");
    if (created === this.#created) this.#gate.left(Number(count));
    else this.#isTold = false;
  }

  readonly #send = (caller: Caller, conditions: Conditions): Promise<Stored> => {
    const { names } = this.#ledger;
    const unheard = async (manager: JetStreamManager, error: unknown): Promise<never> => {
      if (isNoResponders(error)) {
        // The pool is sealed or gone, or JetStream is just starting: its marks tell.
        await this.#ledger.missing(manager, names.wait, error).catch(() => undefined);
        await this.#phase.refresh();
        if (this.#refusal !== undefined) throw this.#refusal;
      }
      throw error;
    };
    return this.#ledger.store(
      names.subject("wait"),
      caller.frame,
      conditions,
      unheard,
      checkOf(caller),
    );
  };

  readonly #sendAll: SendAll<Caller> = (callers) => {
    const { names, link } = this.#ledger;
    const messages = callers.map(([{ frame }, conditions]) => [frame, conditions] as const);
    return link.storeAll(names.subject("wait"), messages);
  };

  #withdraw(caller: Caller): void {
    if (caller.isAsked) return;
    this.#fail(caller, caller.signal?.reason);
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
