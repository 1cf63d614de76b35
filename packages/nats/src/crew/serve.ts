// `serve`: a crew, the workers of one process for a pool.

import { type PoolStats, type RetryPolicy, WorkerPool } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { GoneError } from "../errors.js";
import { Hint } from "../server/hint.js";
import { findReady } from "../server/layout.js";
import { Ledger } from "../server/ledger.js";
import { Link, type LinkListener } from "../server/link.js";
import { Names } from "../server/names.js";
import type { AnyTasks } from "../types.js";
import type { Gang } from "./runner.js";
import { Station } from "./station.js";
import { checkTasks } from "./tasks.js";

/** Options of a crew. */
export interface CrewOptions {
  /** How many jobs run at a time in this process: a positive integer. */
  readonly workers: number;
  /** As that of a `WorkerPool`, for each run of a task; `Infinity` by default. */
  readonly timeout?: number | undefined;
  /** As that of a `WorkerPool`: a task that fails is run again by its worker. Never by default. */
  readonly retry?: RetryPolicy | undefined;
}

/** A pool may be made, or destroyed and made anew, without a word of it: look after so many ms. */
const LOOK_MS = 1000;

/** The workers of one process for a pool: see {@link serve}. */
export class Crew implements AsyncDisposable {
  readonly #ledger: Ledger;
  readonly #gang: Gang;
  readonly #opened: Hint;
  readonly #listener: LinkListener;
  readonly #looking: Promise<void>;
  #station: Station | undefined;
  /** Of the pool that the crew works for, or did last. */
  #created: string | undefined;
  #ended: Promise<void> | undefined;

  /** @internal */
  constructor(ledger: Ledger, gang: Gang) {
    this.#ledger = ledger;
    this.#gang = gang;
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

  /** The counters of the workers of this process: of what they have run themselves. O(1). */
  get stats(): PoolStats {
    return this.#gang.workers.stats;
  }

  /**
   * Takes no more jobs, and runs those that the crew has. Resolves when they have ended, and their results
   * are written. The pool goes on, with other crews. May be repeated.
   */
  close(): Promise<void> {
    return this.#end(false);
  }

  /** As {@link close}, but a job that was taken and has not begun is left to other crews. */
  stop(): Promise<void> {
    return this.#end(true);
  }

  /** Closes the crew. */
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
    await Promise.all([this.#station?.end(stops), this.#looking]);
    await this.#station?.end(stops);
    this.#ledger.link.unlisten(this.#listener);
    await this.#gang.workers.close();
  }

  /** Works for the pool that there is, or waits for one. */
  async #look(): Promise<void> {
    while (this.#ended === undefined) {
      try {
        await this.#attend();
      } catch {
        // The server is away, or the pool was destroyed just now: look again.
      }
      await this.#opened.next(LOOK_MS);
    }
  }

  async #attend(): Promise<void> {
    if (this.#station !== undefined) return;
    const found = await this.#ledger.call(
      (manager) => findReady(manager, this.#ledger.names),
      () => {
        if (this.#ended !== undefined) throw new GoneError();
      },
    );
    if (found === undefined || found.created === this.#created) return;
    this.#created = found.created;
    const station = new Station(this.#ledger, found, this.#gang, () => {
      this.#station = undefined;
      void station.end(true);
      this.#opened.stir();
    });
    this.#station = station;
    try {
      await station.start();
    } catch (error) {
      // It was destroyed meanwhile, or the server does not let us know.
      this.#station = undefined;
      this.#created = undefined;
      await station.end(true);
      throw error;
    }
  }
}

/**
 * Runs jobs of a pool in this process, `workers` at a time, until the crew is closed. There may be crews in
 * any number of processes, on any number of machines; each takes a job only when it has a worker free for it.
 *
 * The pool need not exist yet: the crew works for it as soon as it is opened, and again when it is opened
 * anew after a `destroy`. It keeps a lease on each job while that runs; so a task that computes for long
 * without a pause, and so keeps timers from firing, belongs into a thread.
 *
 * A task that throws, or that this crew does not know, is finished as rejected. Its output is JSON, a
 * `Uint8Array`, or `undefined`.
 *
 * @throws TypeError, by rejection, if `tasks` are no functions, or there are no options.
 * @throws RangeError, by rejection, if `workers` is no positive integer.
 *
 * @example
 * ```ts
 * const crew = await serve(connection, "thumbnails", {
 *   async resize(input: { file: string }, { signal }) {
 *     return resize(input.file, signal);
 *   },
 * }, { workers: 8 });
 * process.once("SIGTERM", () => void crew.close());
 * ```
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters, @typescript-eslint/require-await -- `serve<Tasks>` has the tasks checked against the type that a pool is opened with; and all errors are rejections
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
  const { workers: size, timeout, retry } = options;
  const workers = new WorkerPool({ workers: size, timeout, retry, queueSize: Infinity, name });
  // No caller waits for a crew's writes, so none could be told of a failure: it waits for the server for ever.
  const ledger = new Ledger(Link.of(connection), names, Infinity);
  return new Crew(ledger, { tasks, workers, size });
}
