// `serve`: a crew, the workers of one process for a pool.

import { WorkerPool, type PoolStats } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { Hint } from "../server/hint.js";
import { type Found, find } from "../server/layout.js";
import { Ledger } from "../server/ledger.js";
import { Link, type LinkListener } from "../server/link.js";
import { Names } from "../server/names.js";
import type { AnyTasks } from "../types.js";
import { Station } from "./station.js";
import { checkTasks, type TaskRecord } from "./tasks.js";

/** Options of a crew. */
export interface CrewOptions {
  /** How many jobs run at a time in this process: a positive integer. */
  readonly workers: number;
}

/** A pool may be made, or destroyed and made anew, without a word of it: look after so many ms. */
const LOOK_MS = 1000;

/** The workers of one process for a pool. */
export class Crew implements AsyncDisposable {
  readonly #ledger: Ledger;
  readonly #tasks: TaskRecord;
  readonly #workers: WorkerPool;
  readonly #size: number;
  readonly #opened: Hint;
  readonly #listener: LinkListener;
  #station: Station | undefined;
  #created: string | undefined;
  #ended: Promise<void> | undefined;
  readonly #looking: Promise<void>;

  /** @internal */
  constructor(ledger: Ledger, tasks: TaskRecord, workers: WorkerPool, size: number) {
    this.#ledger = ledger;
    this.#tasks = tasks;
    this.#workers = workers;
    this.#size = size;
    this.#opened = new Hint(ledger, "open");
    this.#listener = {
      reconnected: () => {
        this.#station?.reconnected();
        this.#opened.stir();
      },
      closed: () => {
        void this.close();
      },
    };
    ledger.link.listen(this.#listener);
    this.#looking = this.#look();
  }

  get stats(): PoolStats {
    return this.#workers.stats;
  }

  close(): Promise<void> {
    return this.#end(false);
  }

  stop(): Promise<void> {
    return this.#end(true);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #end(stops: boolean): Promise<void> {
    if (this.#ended !== undefined && stops) void this.#station?.end(true);
    this.#ended ??= this.#leave(stops);
    return this.#ended;
  }

  async #leave(stops: boolean): Promise<void> {
    this.#opened.end();
    await this.#looking;
    await this.#station?.end(stops);
    this.#ledger.link.unlisten(this.#listener);
    await this.#workers.close();
  }

  /** Works for the pool that there is, or waits for one. */
  async #look(): Promise<void> {
    while (this.#ended === undefined) {
      await this.#attend().catch(() => undefined);
      await this.#opened.next(LOOK_MS);
    }
  }

  async #attend(): Promise<void> {
    if (this.#station !== undefined) return;
    const found = await this.#ledger.call((manager) => find(manager, this.#ledger.names));
    if (found === undefined || found.created === this.#created || this.#ended !== undefined) return;
    await this.#work(found);
  }

  async #work({ settings, created }: Found): Promise<void> {
    this.#created = created;
    const station = new Station(
      this.#ledger,
      settings,
      this.#tasks,
      this.#workers,
      this.#size,
      () => {
        if (this.#station === station) this.#station = undefined;
        void station.end(true);
        this.#opened.stir();
      },
    );
    this.#station = station;
    await station.start();
  }
}

export async function serve<T = AnyTasks>(
  connection: NatsConnection,
  name: string,
  tasks: T,
  options: CrewOptions,
): Promise<Crew> {
  checkTasks(tasks);
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError("a crew needs options: { workers: 8 }");
  }
  const names = new Names(name);
  const workers = new WorkerPool({ ...options, queueSize: Infinity, name });
  const ledger = new Ledger(Link.of(connection), names, Infinity);
  return new Crew(ledger, tasks, workers, options.workers);
}
