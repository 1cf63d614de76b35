// What the page runs: three tasks that talk over channels, and the pool between them. It knows nothing of
// the page, so tests run it in virtual time.
//
//   producer --orders (a Chan)--> feeder --pool.queue--> workers --pool.finished--> reader
//
// Invariants: each task ends by itself once the pool takes or gives no more; `end` ends them all; every
// wait that a slider can change is a select with a case for changes.

import { Chan, type RecvChan, select, send, Ticker } from "@chankit/channel";
import { type Finished, PoolClosedError, type PoolStats, WorkerPool } from "@chankit/pool";

import { Law } from "./law.js";
import { Order, Spans } from "./order.js";

/** What the sliders say. */
export interface Settings {
  /** Orders a second; 0: none. */
  rate: number;
  workers: number;
  /** Of the next pool. */
  queueSize: number;
  /** How long an order takes, on average. */
  jobMs: number;
  /** Of a hundred orders. */
  failures: number;
  /** Whether results are read as they come. */
  reads: boolean;
}

/** Results that may lie unread before the workers wait for a reader. */
export const FINISHED_SIZE = 20;
/** Orders that may wait between the producer and the feeder. */
export const ORDERS = 8;

/** One pool with its tasks, from its making to {@link Shop.end}. */
export class Shop {
  readonly pool: WorkerPool<Order>;
  readonly orders = new Chan<Order>(ORDERS, { name: "orders" });
  readonly spans = new Spans();
  readonly law = new Law();
  readonly queueSize: number;
  readonly #settings: Settings;
  readonly #random: () => number;
  readonly #end = new AbortController();
  /** Wake the tasks that a slider concerns: what counts is that something has changed. */
  readonly #rateChanged = new Chan<undefined>(1, { overflow: "dropNewest" });
  readonly #readsChanged = new Chan<undefined>(1, { overflow: "dropNewest" });
  #ids = 0;

  constructor(settings: Settings, random: () => number = Math.random) {
    this.#settings = { ...settings };
    this.#random = random;
    this.queueSize = settings.queueSize;
    this.pool = new WorkerPool({
      name: "live",
      workers: settings.workers,
      queueSize: settings.queueSize,
      finishedSize: FINISHED_SIZE,
    });
    for (const task of [this.#produce(), this.#feed(), this.#read()]) task.catch(this.#onEnd);
  }

  /** The counters; the law is checked whenever they are asked for. */
  get stats(): PoolStats {
    const { stats } = this.pool;
    this.law.check(stats);
    return stats;
  }

  /** Whether the producer has stopped for good, since the pool takes no more. */
  get isClosed(): boolean {
    return this.orders.closed;
  }

  /** A new order, as the sliders say: between half and one and a half of the time. */
  order(): Order {
    const { jobMs, failures } = this.#settings;
    const ms = Math.round(jobMs * (0.5 + this.#random()));
    const fails = this.#random() * 100 < failures;
    return new Order({ id: ++this.#ids, ms, fails }, this.spans);
  }

  /** A slider has moved. */
  change(changes: Partial<Settings>): void {
    Object.assign(this.#settings, changes);
    if (changes.rate !== undefined) this.#rateChanged.trySend(undefined);
    if (changes.reads !== undefined) this.#readsChanged.trySend(undefined);
    if (changes.workers !== undefined && this.pool.state !== "terminated") {
      this.pool.resize(changes.workers);
    }
  }

  /** Ends the pool and all tasks. May be called again. */
  async end(): Promise<void> {
    this.#end.abort(new Error("a new pool was made"));
    await this.pool.abort(this.#end.signal.reason);
    this.law.check(this.pool.stats);
  }

  /** Sends an order at each tick; while the channel is full it waits, and ticks are dropped. */
  async #produce(): Promise<void> {
    const { signal } = this.#end;
    using ticker = new Ticker(1000);
    let tick: RecvChan<number> | undefined;
    let next: Order | undefined;
    const setRate = (): void => {
      const { rate } = this.#settings;
      tick = rate > 0 ? ticker : undefined;
      if (rate > 0) ticker.reset(1000 / rate);
    };
    setRate();
    for (;;) {
      // Switched off, like every case that is `undefined`: either it waits for a tick, or it has an order.
      const out = next && send(this.orders, next);
      const cases = { tick: next ? undefined : tick, out, rate: this.#rateChanged };
      const { key } = await select(cases, { signal });
      if (key === "tick") next = this.order();
      else if (key === "out") next = undefined;
      else setRate();
    }
  }

  /** Brings orders into the pool, waiting while its queue is full. */
  async #feed(): Promise<void> {
    const { signal } = this.#end;
    try {
      for await (const order of this.orders.values({ signal })) {
        await this.pool.queue(order, { signal });
      }
    } finally {
      // The pool takes no more: the producer learns it from its channel.
      this.orders.close();
    }
  }

  /** Takes results while the box is ticked. */
  async #read(): Promise<void> {
    const { signal } = this.#end;
    for (;;) {
      const finished: RecvChan<Finished<Order>> | false =
        this.#settings.reads && this.pool.finished;
      const { key, ok } = await select({ finished, changed: this.#readsChanged }, { signal });
      if (key === "finished" && !ok) return;
      this.law.check(this.pool.stats);
    }
  }

  /** Tasks end by their signal, or since the pool or the channel was closed; anything else is a fault. */
  readonly #onEnd = (reason: unknown): void => {
    const isEnd = this.#end.signal.aborted || reason instanceof PoolClosedError || this.isClosed;
    if (!isEnd) throw reason;
  };
}
