// Open files are scarce. When the system has no more of them (EMFILE: this process has too many,
// ENFILE: all together have), that is no failure: the call waits, and is tried again.
//
// Those that wait stand in line. The first of them tries again when one of our own files is closed,
// and after a pause, since others close files, too.

import { after, Chan, Mutex, select } from "@chankit/channel";

const FIRST_PAUSE_MS = 16;
const LONGEST_PAUSE_MS = 1024;

/** Opens what there are few of. */
export class Descriptors {
  readonly #line = new Mutex();
  // One is enough to remember: the first in line looks again, the others wait for the line.
  readonly #closed = new Chan<undefined>(1, { overflow: "dropNewest" });
  readonly #onLongWait: (() => void) | undefined;

  /** @param onLongWait Is called when a wait takes seconds, about once a second. */
  constructor(onLongWait?: () => void) {
    this.#onLongWait = onLongWait;
  }

  /**
   * Gives what `open` gives. While there are too many open files it waits, first come, first served;
   * an abort of the signal, which is not asked for before, ends that wait.
   */
  async open<T>(open: () => Promise<T>, signal: () => AbortSignal): Promise<T> {
    if (!this.#line.locked) {
      try {
        return await open();
      } catch (error) {
        if (!isScarcity(error)) throw error;
      }
    }
    return this.#openInTurn(open, signal());
  }

  /** Says that one is free again. */
  closed(): void {
    if (this.#line.locked) this.#closed.trySend(undefined);
  }

  async #openInTurn<T>(open: () => Promise<T>, signal: AbortSignal): Promise<T> {
    using _turn = await this.#line.lock({ signal });
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      try {
        return await open();
      } catch (error) {
        if (!isScarcity(error)) throw error;
      }
      const { key } = await select({ closed: this.#closed, pause: after(pause) }, { signal });
      if (key === "pause" && pause === LONGEST_PAUSE_MS) this.#onLongWait?.();
    }
  }
}

function isScarcity(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "EMFILE" || code === "ENFILE";
}
