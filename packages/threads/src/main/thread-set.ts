// The threads that there are, by their numbers. They start when they are needed, in the place of one that has
// ended as well.

import { whyNot } from "../wire/clone.js";
import { ThreadExitError } from "../wire/errors.js";
import { Thread, type ThreadOptions, type ThreadOwner } from "./thread.js";

/** See above. */
export class ThreadSet {
  /** How many there are at most. */
  readonly size: number;
  /** How many were started in the place of one that had ended. */
  restarts = 0;
  readonly #owner: ThreadOwner;
  readonly #options: ThreadOptions;
  readonly #cannotStart: (error: ThreadExitError) => void;
  readonly #threads: (Thread | undefined)[] = [];
  /** The numbers of threads that were started once. */
  readonly #known = new Set<number>();

  /** Calls `cannotStart` if a worker cannot even be made. */
  constructor(
    owner: ThreadOwner,
    size: number,
    options: ThreadOptions,
    cannotStart: (error: ThreadExitError) => void,
  ) {
    this.#owner = owner;
    this.size = size;
    this.#options = options;
    this.#cannotStart = cannotStart;
  }

  /** All, in the order of their numbers. */
  alive(): readonly Thread[] {
    return this.#threads.filter((thread) => thread !== undefined);
  }

  /** That of this number, if it has started and not ended. */
  at(index: number): Thread | undefined {
    return this.#threads[index];
  }

  /** Starts the thread of a number that has none; `undefined` if it cannot be. It keeps the process alive. */
  start(index: number): Thread | undefined {
    try {
      const thread = new Thread(this.#owner, index, this.#options);
      if (this.#known.has(index)) this.restarts++;
      this.#known.add(index);
      this.#threads[index] = thread;
      thread.keepAlive(true);
      return thread;
    } catch (cause) {
      const message = `${this.#options.name} cannot start a thread: ${whyNot(cause)}`;
      this.#cannotStart(new ThreadExitError(message, undefined, { cause }));
      return undefined;
    }
  }

  /** The thread has ended, or ends. */
  remove(thread: Thread): void {
    this.#threads[thread.index] = undefined;
  }
}
