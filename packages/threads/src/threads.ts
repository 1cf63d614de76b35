// `Threads`, the face of all threads together: checks what it is given, and hands on.

import { provideDispose } from "./dispose.js";
import type { WorkerLike } from "./host/host.js";
import { inspectable } from "./inspect.js";
import { Dispatcher, type ThreadsStats } from "./main/dispatcher.js";
import { checkOptions, checkTasks, checkWorker, type ThreadsOptions } from "./options.js";
import { checkList } from "./thread/transfer.js";
import { checkChannels } from "./main/links.js";
import type {
  Task,
  TaskChannels,
  TaskInput,
  TaskOutput,
  Tasks,
  TasksWithoutInput,
} from "./wire/types.js";
import { pack, type Parcel, snapshot } from "./wire/clone.js";

/** Options of `run`. Unknown ones are ignored, so a pool's context can be given: `{ ...context }`. */
export interface RunOptions<Channels = unknown> {
  /** Aborts the call: one that was not begun never runs, one that runs is told and given its time. */
  readonly signal?: AbortSignal | undefined;
  /** Which thread runs it: number `worker % size`. Any that is free if left out. */
  readonly worker?: number | undefined;
  /**
   * What of the input is moved to the thread instead of being copied: it is taken from the caller at
   * once. Such a call waits here until a thread is free.
   */
  readonly transfer?: readonly object[] | undefined;
  /**
   * Channels that the task finds in `context.channels`, until the call has settled. At most `max(1, cap)`
   * values of each are under way to the task or from it.
   *
   * What was under way to the task and not received there when the call settles, or its thread ends, goes
   * back to the front of the channel. A send there resolves when its value is under way; from then on the value
   * arrives, even if the call settles, the thread is terminated, or the channel is closed: it then goes to the
   * end of the closed `Chan`, whose `len` may exceed `cap`. Into a closed channel of another kind nothing
   * comes any more. Where there is no `SharedArrayBuffer`, what a thread sends while it is being terminated may
   * be lost.
   */
  readonly channels?: Channels | undefined;
}

/**
 * Runs functions on threads. They stand in a file of their own, which every thread loads; `run` calls one
 * of them by its name and gives its outcome.
 *
 * Threads start when they are first needed and live on, and keep the process alive only while a call has
 * not settled. A call goes to a thread that is idle; no call waits behind another while there is one. A
 * thread runs its calls one after the other; one that awaits something lets the next begin. A thread that
 * ends (`process.exit`, an uncaught error, out of memory) is replaced when needed: what it had begun fails
 * with {@link ThreadExitError} and is not run again, what it had not begun runs on another.
 *
 * Costs: inputs and outputs are copied by structured cloning; calls of one turn travel in one message, and
 * so do their outcomes. A thread takes some 40 ms to start.
 *
 * @template T The tasks, by their names: `typeof tasks` of the file.
 *
 * @example
 * ```ts
 * const threads = new Threads<typeof tasks>(new URL("./tasks.js", import.meta.url));
 * const sums = await Promise.all(files.map((file) => threads.run("checksum", file)));
 * await threads.close();
 * ```
 */
export class Threads<T extends Tasks<T> = Record<string, Task>> implements AsyncDisposable {
  /** How many threads there are at most. */
  readonly size: number;
  readonly #dispatcher: Dispatcher;

  static {
    inspectable(this, "Threads", (threads: Threads) => {
      const { name, state, stats } = threads.#dispatcher;
      return { name, size: threads.size, state, ...stats };
    });
  }

  /**
   * `tasks` is the file, or a function that makes a worker of it: bundlers know the file by
   * `() => new Worker(new URL("./tasks.ts", import.meta.url), { type: "module" })`. No thread is started.
   *
   * @throws RangeError if a number is not what {@link ThreadsOptions} says.
   * @throws TypeError if something else is not.
   */
  constructor(tasks: URL | (() => WorkerLike), options?: ThreadsOptions) {
    const { size, ...others } = checkOptions(options);
    this.size = size;
    this.#dispatcher = new Dispatcher(size, { tasks: checkTasks(tasks), ...others });
    provideDispose(Threads.prototype);
  }

  /** The counters, as they are at this instant. */
  get stats(): ThreadsStats {
    return this.#dispatcher.stats;
  }

  /**
   * Runs a task and settles with its outcome: its value, or the very error that it threw (of the nearest
   * built-in class, with the class name, message, stack, cause and own properties).
   *
   * The input is what it is now: later changes are not seen. Aborting `signal` rejects at once with its
   * reason: a call that was not begun never runs; one that runs sees `context.signal` and
   * `context.aborted`, and if it has not ended `grace` ms later, its thread is terminated and replaced.
   *
   * @throws The signal's reason, by rejection.
   * @throws ThreadExitError, by rejection, if its thread ended first, or the tasks cannot be loaded.
   * @throws ThreadsClosedError, by rejection, after `close` or `terminate`.
   * @throws DOMException, by rejection, named DataCloneError, if the input or the value cannot be cloned.
   * @throws TypeError, by rejection, if there is no such task; it lists those that there are.
   */
  run<K extends keyof T>(
    task: K,
    input: TaskInput<T[K]>,
    options?: RunOptions<TaskChannels<T[K]>>,
  ): Promise<TaskOutput<T[K]>>;
  run<K extends TasksWithoutInput<T>>(task: K): Promise<TaskOutput<T[K]>>;
  run<K extends keyof T>(
    task: K,
    input?: TaskInput<T[K]>,
    options?: RunOptions<TaskChannels<T[K]>>,
  ): Promise<TaskOutput<T[K]>> {
    try {
      return this.#run(task, input, options ?? {}) as Promise<TaskOutput<T[K]>>;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Takes no more calls, waits for those that it has accepted, and ends the threads. Resolves when they
   * have ended. May be called again, also after `terminate`.
   */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  /**
   * Ends the threads now; calls that have not settled reject with {@link ThreadExitError}. Resolves when
   * they have ended. May be called again, also after `close`, which then resolves as well.
   */
  terminate(): Promise<void> {
    return this.#dispatcher.terminate();
  }

  /** Closes and waits: `await using threads = new Threads(…)`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run(task: PropertyKey, input: unknown, options: RunOptions): Promise<unknown> {
    if (typeof task !== "string") throw new TypeError("the name of a task must be a string");
    const { signal, worker, transfer = [], channels } = options;
    const bound = checkWorker(worker);
    checkList(transfer);
    const parcel = (): Parcel =>
      transfer.length === 0 ? { value: snapshot(input), list: transfer } : pack(input, transfer);
    const chans = checkChannels(channels);
    return this.#dispatcher.add(task, parcel, bound, signal ?? undefined, chans);
  }
}
