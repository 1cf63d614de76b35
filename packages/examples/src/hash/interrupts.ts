// Signals that end a run: the first is to stop, the second to give up.

import { constants } from "node:os";

// A terminal sends its signals to all that it runs, npm included, and npm passes them on. Where the
// shell between the two has given way to its command (bash does so, dash does not) one Ctrl-C comes
// twice, some milliseconds apart. That is faster than any typing.
const SAME_KEYSTROKE_MS = 200;

/** Ctrl-C; the one of `kill`, `timeout` and service managers; the one of a terminal that is closed. */
export type InterruptSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

const SIGNALS: readonly InterruptSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/** What to do about them. */
export interface InterruptOptions {
  /** Called at the first one. */
  readonly stop: (signal: InterruptSignal) => void;
  /** Called at the second one. */
  readonly abort: () => void;
  readonly isRunByNpm: boolean;
}

/**
 * Heeds SIGINT, SIGTERM and SIGHUP alike. The third one ends the process as if nothing listened,
 * whatever it may be stuck in.
 */
export class Interrupts {
  readonly #options: InterruptOptions;
  readonly #listener = (signal: NodeJS.Signals): void =>
    this.#interrupted(signal as InterruptSignal);
  #count = 0;
  #first: InterruptSignal | undefined;
  #last = -Infinity;

  constructor(options: InterruptOptions) {
    this.#options = options;
    for (const signal of SIGNALS) process.on(signal, this.#listener);
  }

  /** The one that came first; `undefined` if none has come. */
  get first(): InterruptSignal | undefined {
    return this.#first;
  }

  /** Heeds them no more. */
  ignore(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener);
  }

  #interrupted(signal: InterruptSignal): void {
    const { stop, abort, isRunByNpm } = this.#options;
    const now = performance.now();
    if (isRunByNpm && now - this.#last < SAME_KEYSTROKE_MS) return;

    this.#last = now;
    this.#first ??= signal;
    this.#count++;
    if (this.#count === 1) stop(signal);
    if (this.#count === 2) abort();
    if (this.#count === 3) {
      this.ignore();
      process.kill(process.pid, signal);
    }
  }
}

/** What a shell says of a program that the signal has ended. */
export function exitCodeOf(signal: InterruptSignal): number {
  return 128 + constants.signals[signal];
}
