// The results of a pool as one process reads them.
//
// The way of a result: a local receiver waits -> a pull -> the server delivers it -> it is claimed -> it is
// `ready` -> the receiver takes it -> acknowledged. One that has no receiver after all is given back.
//
// After a death: what was delivered and not claimed is delivered to another reader; what was claimed is
// gone with the process that had claimed it.
//
// Invariant: there are as many pulls and claims under way as receivers wait, and no more.

import { CustomRecvChan, type Received } from "@chankit/channel";

import { timeoutError } from "../errors.js";
import { MAX_MS } from "../options.js";
import { CONSUMER } from "../server/layout.js";
import type { Ledger } from "../server/ledger.js";
import { pullNow } from "../server/pull-now.js";
import { type Pulled, Puller } from "../server/puller.js";
import type { FinishedTask } from "../types.js";
import { unref } from "../platform.js";
import { type Claimed, Claims } from "./claims.js";

/** What is claimed is given back when no receiver has come for so many ms. */
const IDLE_MS = 100;

/** What the results tell their pool. */
export interface ResultsListener {
  /** Receivers begin to wait, or none waits any more. */
  waits(isWaitedFor: boolean): void;
  /** The server knows nothing of results. */
  refused(): void;
  /** A result is claimed, of a job that was begun as the nth. */
  claimed(nth: number): void;
}

/** The results, as a channel. */
export class Results<T> extends CustomRecvChan<FinishedTask<T>> {
  readonly name: string;
  readonly cap: number;
  readonly #ledger: Ledger;
  readonly #listener: ResultsListener;
  readonly #claims: Claims<T>;
  readonly #puller: Puller;
  readonly #ready: Claimed<T>[] = [];
  /** For how many receivers results are being claimed. */
  #claiming = 0;
  #idle: ReturnType<typeof setTimeout> | undefined;
  /** While the server is away and receivers wait: until they have waited long enough. */
  #patience: ReturnType<typeof setTimeout> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(ledger: Ledger, cap: number, listener: ResultsListener) {
    super();
    this.name = `results of ${ledger.names.pool}`;
    this.cap = cap;
    this.#ledger = ledger;
    this.#listener = listener;
    this.#claims = new Claims<T>(ledger);
    this.#puller = new Puller(ledger.link, ledger.names.done, CONSUMER, {
      pulled: (message) => {
        this.#take(message);
      },
      ended: () => {
        this.#fill();
      },
      refused: () => {
        listener.refused();
      },
    });
  }

  get len(): number {
    return this.#ready.length;
  }

  /** Whether receivers wait. */
  get isWaitedFor(): boolean {
    return this.waitingReceivers > 0;
  }

  /** What `ask` gives, asked while this process neither makes nor takes back a claim. */
  async undisturbed<R>(ask: () => Promise<R>): Promise<R> {
    for (;;) {
      await this.#claims.settled();
      const { steps } = this.#claims;
      const answer = await ask();
      if (this.#claims.steps === steps) return answer;
    }
  }

  /** A result that there is now; `undefined` if there is none for this caller. */
  async tryTake(): Promise<FinishedTask<T> | undefined> {
    // It must not overtake those that wait.
    while (!this.isWaitedFor) {
      const ready = this.tryRecv();
      if (ready !== undefined) return ready.value;
      const message = await pullNow(this.#ledger, this.#ledger.names.done);
      if (message === undefined) return undefined;
      const claimed = await this.#claims.claim(message);
      if (claimed === undefined) continue;
      if (!this.closed) {
        claimed.message.ack();
        return claimed.result;
      }
      await this.#claims.giveBack(claimed);
    }
    return undefined;
  }

  /** The server is away: after the pool's `timeout` those that wait are told, whenever they began. */
  disconnected(): void {
    const { link, names, timeout } = this.#ledger;
    clearTimeout(this.#patience);
    if (link.isConnected || timeout === Infinity || !this.isWaitedFor) return;
    this.#patience = setTimeout(
      () => {
        this.fail(timeoutError(`pool ${JSON.stringify(names.pool)}`, timeout));
        this.#failure = undefined;
      },
      Math.min(timeout, MAX_MS),
    );
    unref(this.#patience);
  }

  /** The connection is back: the server has forgotten the pulls. */
  reset(): void {
    clearTimeout(this.#patience);
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
    clearTimeout(this.#patience);
    for (const claimed of held) void this.#claims.giveBack(claimed);
    await this.#puller.cancel();
    // What a claim under way brings is given back as well.
    await this.#claims.settled();
  }

  /** Results cannot be had any more: receivers get the error. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.notify();
  }

  protected poll(): Received<FinishedTask<T>> | undefined {
    const ready = this.#ready.shift();
    if (ready === undefined) {
      if (this.closed) return undefined;
      if (this.#failure !== undefined) throw this.#failure.error;
      // A receiver that has to wait now is counted by then.
      this.#fill();
      return undefined;
    }
    ready.message.ack();
    return { ok: true, value: ready.result, done: false };
  }

  protected override watch(): void {
    clearTimeout(this.#idle);
    this.disconnected();
    this.#listener.waits(true);
  }

  protected override unwatch(): void {
    this.#listener.waits(false);
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => {
      this.#becomeIdle();
    }, IDLE_MS);
    unref(this.#idle);
  }

  /** Only the pool closes it: TypeScript hides this method, JavaScript does not. */
  protected override end(): void {
    throw new TypeError("the pool closes its channel of finished jobs when it has terminated");
  }

  /** Pulls for the receivers that wait: once for all that happens in a turn. */
  #fill(): void {
    this.#ledger.link.atEnd(this.#fillNow);
  }

  readonly #fillNow = (): void => {
    if (this.closed || this.#ledger.link.isClosed) return;
    const wanted = this.waitingReceivers - this.#claiming - this.#ready.length;
    const missing = wanted - this.#puller.outstanding;
    if (missing > 0) this.#puller.pull(missing);
  };

  #take(message: Pulled): void {
    if (this.waitingReceivers > this.#claiming + this.#ready.length) {
      void this.#claimForReceiver(message);
    } else {
      message.nak();
    }
  }

  async #claimForReceiver(message: Pulled): Promise<void> {
    this.#claiming++;
    try {
      const claimed = await this.#claims.claim(message);
      if (claimed !== undefined) this.#keep(claimed);
    } catch {
      // Left to the server, which delivers it again.
      message.nak();
    } finally {
      this.#claiming--;
    }
    this.notify();
    // The receiver that it was claimed for may have left.
    if (this.#ready.length > 0) this.unwatch();
    this.#fill();
  }

  #keep(claimed: Claimed<T>): void {
    this.#listener.claimed(claimed.run);
    if (this.closed) {
      void this.#claims.giveBack(claimed);
      return;
    }
    this.#ready.push(claimed);
  }

  #becomeIdle(): void {
    for (const claimed of this.#ready.splice(0)) void this.#claims.giveBack(claimed);
    void this.#puller.cancel();
  }
}
