// Ctrl-C: once is to stop, twice is to give up.

// A terminal sends SIGINT to all that it runs, npm included, and npm passes it on. Where the shell
// between the two has given way to its command (bash does so, dash does not) one Ctrl-C comes twice,
// some milliseconds apart. Nobody types that fast.
const SAME_KEYSTROKE_MS = 200;

/** What to do about Ctrl-C. */
export interface InterruptOptions {
  /** Called at the first one. */
  readonly stop: () => void;
  /** Called at the second one. */
  readonly abort: () => void;
  readonly isRunByNpm: boolean;
}

/**
 * Heeds Ctrl-C. The third one ends the process as if nobody listened, whatever it may be stuck in.
 */
export class Interrupts {
  readonly #options: InterruptOptions;
  readonly #listener = (): void => this.#interrupted();
  #count = 0;
  #last = -Infinity;

  constructor(options: InterruptOptions) {
    this.#options = options;
    process.on("SIGINT", this.#listener);
  }

  /** How many times Ctrl-C was typed. */
  get count(): number {
    return this.#count;
  }

  /** Heeds it no more. */
  ignore(): void {
    process.off("SIGINT", this.#listener);
  }

  #interrupted(): void {
    const { stop, abort, isRunByNpm } = this.#options;
    const now = performance.now();
    if (isRunByNpm && now - this.#last < SAME_KEYSTROKE_MS) return;

    this.#last = now;
    this.#count++;
    if (this.#count === 1) stop();
    if (this.#count === 2) abort();
    if (this.#count === 3) {
      this.ignore();
      process.kill(process.pid, "SIGINT");
    }
  }
}
