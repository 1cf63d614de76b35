// Claims of results: an entry in TOLD, which one process gets. Until the result is handed over the claim
// can be taken back, for the readers of other processes.

import type { StoredMsg } from "@nats-io/jetstream";

import { fromFrame } from "../codec/frame.js";
import { decodeReason } from "../codec/reason.js";
import { decode } from "../codec/value.js";
import { say } from "../server/hint.js";
import type { DoneHead, FateHead, Ledger, ToldHead } from "../server/ledger.js";
import { numberIn } from "../server/names.js";
import type { Pulled } from "../server/puller.js";
import type { FinishedTask } from "../types.js";

/** A result that is claimed for this process. */
export interface Claimed<T> {
  readonly result: FinishedTask<T>;
  /** It is acknowledged when the result is handed over. */
  readonly message: Pulled;
  /** The sequence of the claim in TOLD. */
  readonly told: number;
  /** The sequence of the job in RUN. */
  readonly run: number;
}

/** The claims of one process. */
export class Claims<T> {
  readonly #ledger: Ledger;
  readonly #process = crypto.randomUUID();
  /** What is under way. */
  readonly #busy = new Set<Promise<unknown>>();
  #count = 0;
  #steps = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /**
   * Claims a result; `undefined` if another process has it.
   *
   * @throws GoneError if the pool was destroyed.
   */
  claim(message: Pulled): Promise<Claimed<T> | undefined> {
    return this.#track(this.#claim(message));
  }

  /** Takes a claim back. */
  giveBack(claimed: Claimed<T>): Promise<void> {
    return this.#track(this.#giveBack(claimed));
  }

  /** How many were ever made or taken back: begun, at least. */
  get steps(): number {
    return this.#steps;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy);
  }

  async #claim(message: Pulled): Promise<Claimed<T> | undefined> {
    const { names } = this.#ledger;
    const { head, body } = fromFrame<DoneHead>(message.data);
    const subject = names.subject("told", numberIn(message.subject));
    const by = `${this.#process}.${this.#count++}`;
    const claim: ToldHead = { by, how: "read", run: head.run, done: message.seq };
    let { outcome, seq: told } = await this.#ledger.write(names.told, subject, claim);
    while (outcome === "taken") {
      const entry = await this.#ledger.read(names.told, subject);
      if (entry !== undefined && fromFrame<ToldHead>(entry.data).head.by === by) {
        // By our own first try, whose answer was lost.
        told = entry.seq;
        break;
      }
      if (entry === undefined || !(await this.#isGivenBack(message, entry.seq))) {
        message.ack();
        return undefined;
      }
      // By a process that has died while it gave the result back.
      await this.#ledger.erase(names.told, entry.seq);
      ({ outcome, seq: told } = await this.#ledger.write(names.told, subject, claim));
    }
    say(this.#ledger, "told");
    const result = await resultOf<T>(this.#ledger, head, body);
    return { result, message, told, run: head.run };
  }

  /** The note comes first: it lets any process finish what this one has begun. */
  async #giveBack({ message, told }: Claimed<T>): Promise<void> {
    try {
      const { names } = this.#ledger;
      await this.#ledger.write(names.side, this.#noteOf(message, told), {});
      await this.#ledger.erase(names.told, told);
      message.nak();
    } catch {
      // The server is away, or the pool is gone: the claim stands, as if this process had died with it.
    }
  }

  async #isGivenBack(message: Pulled, told: number): Promise<boolean> {
    const note = await this.#ledger.read(this.#ledger.names.side, this.#noteOf(message, told));
    return note !== undefined;
  }

  #noteOf({ subject }: Pulled, told: number): string {
    return this.#ledger.names.subject("note", `back.${numberIn(subject)}.${told}`);
  }

  #track<R>(promise: Promise<R>): Promise<R> {
    this.#steps++;
    this.#busy.add(promise);
    const forget = (): void => void this.#busy.delete(promise);
    promise.then(forget, forget);
    return promise;
  }
}

/** A result as it is told. */
export async function resultOf<T>(
  ledger: Ledger,
  head: DoneHead,
  body: Uint8Array,
): Promise<FinishedTask<T>> {
  const { id, task, kind, attempts, status, out, input: length } = head;
  let input = body.subarray(0, length ?? 0);
  if (length === undefined) {
    // Both were too long for one message; RUN has it, until the result is forgotten.
    const entry = (await ledger.read(ledger.names.run, head.run)) as StoredMsg;
    input = fromFrame<FateHead>(entry.data).body;
  }
  const rest = body.subarray(length ?? 0);
  const outcome =
    status === "fulfilled"
      ? { output: decode({ kind: out, bytes: rest }) }
      : { reason: decodeReason(rest) };
  const job = { id, task, input: decode({ kind, bytes: input }), attempts, status };
  return { ...job, ...outcome } as unknown as FinishedTask<T>;
}
