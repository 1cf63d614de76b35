// The results of a pool as one process reads them.
//
// The way of a result: a local receiver waits -> a pull -> the server delivers it -> it is claimed, by an
// entry in TOLD that one process gets -> it is `ready` -> the receiver takes it -> acknowledged. One that
// is claimed and has no receiver after all is given back soon, for the readers of other processes.
//
// After a death: what was delivered and not claimed is delivered to another reader; what was claimed is
// gone with the process that had claimed it.
//
// Invariant: there are as many pulls and claims under way as receivers wait, and no more.

import { CustomRecvChan, type Received } from "@chankit/channel";

import { fromFrame } from "../codec/frame.js";
import { decodeReason } from "../codec/reason.js";
import { decode } from "../codec/value.js";
import { say } from "../server/hint.js";
import { CONSUMER, HOLD_MS } from "../server/layout.js";
import type { DoneHead, FateHead, Ledger, ToldHead } from "../server/ledger.js";
import { numberIn } from "../server/names.js";
import { type Pulled, Puller } from "../server/puller.js";
import { pullNow } from "../server/pull-now.js";
import type { FinishedTask } from "../types.js";
import { unref } from "../unref.js";

/** A result that is claimed, and that no receiver has taken yet. */
interface Ready<T> {
  readonly result: FinishedTask<T>;
  readonly message: Pulled;
  /** The sequence of the claim in TOLD. */
  readonly told: number;
}

/** What is claimed is given back when no receiver has come for so many ms. */
const IDLE_MS = 100;
const RENEW_MS = HOLD_MS / 4;

/** The results, as a channel. */
export class Results<T> extends CustomRecvChan<FinishedTask<T>> {
  readonly cap: number;
  readonly #ledger: Ledger;
  readonly #puller: Puller;
  readonly #process = crypto.randomUUID();
  readonly #ready: Ready<T>[] = [];
  readonly #onWait: (waits: boolean) => void;
  #claims = 0;
  #claiming = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  #renewing: ReturnType<typeof setInterval> | undefined;
  #error: unknown;
  #hasFailed = false;
  /** Claims, and what is being given back: the end of reading waits for them. */
  readonly #busy = new Set<Promise<unknown>>();

  /**
   * Tells `onWait` when receivers begin to wait, and when none waits any more; and `onRefused` when the
   * server knows nothing of results.
   */
  constructor(
    ledger: Ledger,
    cap: number,
    onWait: (waits: boolean) => void,
    onRefused: () => void,
  ) {
    super();
    this.cap = cap;
    this.#ledger = ledger;
    this.#onWait = onWait;
    this.#puller = new Puller(ledger.link, ledger.names.done, CONSUMER, {
      pulled: (message) => {
        this.#take(message);
      },
      ended: () => {
        this.#fill();
      },
      refused: onRefused,
    });
  }

  get name(): string {
    return `results of ${this.#ledger.names.pool}`;
  }

  get len(): number {
    return this.#ready.length;
  }

  /** Whether receivers wait. */
  get isWaitedFor(): boolean {
    return this.waitingReceivers > 0;
  }

  /** A result that there is now; `undefined` if there is none for this caller. */
  async tryTake(): Promise<FinishedTask<T> | undefined> {
    // It must not overtake those that wait.
    while (!this.isWaitedFor && !this.closed) {
      const ready = this.tryRecv();
      if (ready?.ok === true) return ready.value;
      const message = await pullNow(this.#ledger, this.#ledger.names.done);
      if (message === undefined) return undefined;
      const claimed = await this.#track(this.#claim(message));
      if (claimed === undefined) continue;
      if (this.closed) {
        this.#giveBack(claimed);
        return undefined;
      }
      claimed.message.ack();
      return claimed.result;
    }
    return undefined;
  }

  /** The connection is back: the server has forgotten the pulls. */
  reset(): void {
    this.#puller.reset();
    this.#fill();
  }

  /** Lost pulls are pulled again. */
  tick(): void {
    this.#puller.tick();
  }

  /** There will be no more results, and all have been told: readers get the end. */
  finish(): void {
    if (!this.closed) super.end();
  }

  /** Reading ends here and now. Resolves when this process holds no result any more. */
  async stopReading(): Promise<void> {
    const held = this.#ready.splice(0);
    this.finish();
    clearTimeout(this.#idle);
    this.#stopRenewing();
    for (const ready of held) this.#giveBack(ready);
    await this.#puller.cancel();
    // What a claim under way brings is given back as well.
    while (this.#busy.size > 0) await Promise.allSettled(this.#busy);
  }

  /** Results cannot be had any more: receivers get the error. */
  fail(error: unknown): void {
    this.#hasFailed = true;
    this.#error = error;
    this.notify();
  }

  protected poll(): Received<FinishedTask<T>> | undefined {
    const ready = this.#ready.shift();
    if (ready === undefined) {
      if (this.#hasFailed && !this.closed) throw this.#error;
      // The receiver is not counted yet, and is in a microtask, if it waits.
      if (!this.closed) void Promise.resolve().then(() => this.#fill());
      return undefined;
    }
    if (this.#ready.length === 0) this.#stopRenewing();
    ready.message.ack();
    return { ok: true, value: ready.result, done: false };
  }

  protected override watch(): void {
    clearTimeout(this.#idle);
    this.#fill();
    this.#onWait(true);
  }

  protected override unwatch(): void {
    this.#onWait(false);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#becomeIdle();
    }, IDLE_MS);
    unref(this.#idle);
  }

  protected override end(): void {
    throw new TypeError("the pool closes its channel of finished jobs when it has terminated");
  }

  #fill(): void {
    if (this.closed || this.#ledger.link.isClosed) return;
    const wanted = this.waitingReceivers - this.#claiming - this.#ready.length;
    for (let n = this.#puller.outstanding; n < wanted; n++) this.#puller.pull();
  }

  #take(message: Pulled): void {
    if (this.closed || this.waitingReceivers <= this.#claiming + this.#ready.length) {
      message.nak();
      return;
    }
    void this.#track(this.#claimForReceivers(message));
  }

  async #claimForReceivers(message: Pulled): Promise<void> {
    this.#claiming++;
    try {
      const claimed = await this.#claim(message);
      this.#claiming--;
      if (claimed === undefined) {
        // Another process has it.
      } else if (this.closed) {
        this.#giveBack(claimed);
      } else {
        this.#keep(claimed);
      }
    } catch {
      this.#claiming--;
      // Left to the server, which delivers it again.
      message.nak();
    }
    this.#fill();
  }

  #keep(claimed: Ready<T>): void {
    this.#ready.push(claimed);
    this.#renewing ??= setInterval(() => {
      for (const { message } of this.#ready) message.renew();
    }, RENEW_MS);
    unref(this.#renewing);
    this.notify();
    // The receiver that it was claimed for may have left.
    if (this.#ready.length > 0) this.unwatch();
  }

  /** Claims a result for this process; `undefined` if another has it. */
  async #claim(message: Pulled): Promise<Ready<T> | undefined> {
    const { names } = this.#ledger;
    const number = numberIn(message.subject);
    const { head, body } = fromFrame<DoneHead>(message.data);
    const subject = names.subject("told", number);
    const claim: ToldHead = {
      by: `${this.#process}.${this.#claims++}`,
      how: "read",
      run: head.run,
      done: message.seq,
    };
    let { outcome, seq } = await this.#ledger.write(names.told, subject, claim);
    if (outcome === "taken") {
      // By our own first try, maybe, whose answer was lost.
      const entry = await this.#ledger.read(names.told, subject);
      if (entry === undefined || fromFrame<ToldHead>(entry.data).head.by !== claim.by) {
        message.ack();
        return undefined;
      }
      seq = entry.seq;
    }
    say(this.#ledger, "told");
    return { result: await resultOf<T>(this.#ledger, head, body), message, told: seq };
  }

  #giveBack({ message, told }: Ready<T>): void {
    void this.#track(giveBack(this.#ledger, message, told));
  }

  #becomeIdle(): void {
    if (this.isWaitedFor) return;
    for (const ready of this.#ready.splice(0)) this.#giveBack(ready);
    this.#stopRenewing();
    void this.#puller.cancel();
  }

  #track<R>(promise: Promise<R>): Promise<R> {
    this.#busy.add(promise);
    const forget = (): void => void this.#busy.delete(promise);
    promise.then(forget, forget);
    return promise;
  }

  #stopRenewing(): void {
    clearInterval(this.#renewing);
    this.#renewing = undefined;
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
    // Both were too long for one message.
    const entry = await ledger.read(ledger.names.run, head.run);
    if (entry !== undefined) input = fromFrame<FateHead>(entry.data).body;
  }
  const rest = body.subarray(length ?? 0);
  const outcome =
    status === "fulfilled"
      ? { status, output: decode({ kind: out, bytes: rest }) }
      : { status, reason: decodeReason(rest) };
  return {
    id,
    task,
    input: decode({ kind, bytes: input }),
    attempts,
    ...outcome,
  } as unknown as FinishedTask<T>;
}

/** Takes a claim back. The note comes first: it lets any process finish what this one has begun. */
async function giveBack(ledger: Ledger, message: Pulled, told: number): Promise<void> {
  try {
    const { names } = ledger;
    const number = numberIn(message.subject);
    await ledger.write(names.side, names.subject("note", `back.${number}.${told}`), {});
    await ledger.erase(names.told, told);
    message.nak();
  } catch {
    // The server is away, or the pool is gone: the claim stands, as if this process had died with it.
  }
}
