// A word that something may have changed, said over the server and stored nowhere: it may be lost, so
// those that wait for it also look after a while. A subscription exists only while something waits.

import type { Subscription } from "@nats-io/transport-node";

import type { Ledger } from "./ledger.js";

/** What may have changed: WAIT has room; results were told; something has ended; a pool was opened. */
export type Word = "room" | "told" | "end" | "open" | "swept" | "gone";

const decoder = new TextDecoder();

/** Waits for a word. */
export class Hint {
  readonly #subscription: Subscription;
  /** How often the word has come since `next` resolved last. */
  #heard = 0;
  #wake: (() => void) | undefined;

  /** Listens from now on; `heard` is told what comes with the word. */
  constructor(ledger: Ledger, word: Word, heard: (text: string) => void = () => undefined) {
    this.#subscription = ledger.link.connection.subscribe(ledger.names.subject("hint", word), {
      callback: (_, { data }) => {
        heard(decoder.decode(data));
        this.#hear(1);
      },
    });
  }

  /** As if the word had come, as often as is waited for. */
  stir(): void {
    this.#hear(Infinity);
  }

  /**
   * Resolves when the word has come since this resolved last, and `times` times, to `true`; or after
   * `ms`, to `false`.
   */
  next(ms: number, times = 1): Promise<boolean> {
    return new Promise((resolve) => {
      const done = (isHeard: boolean): void => {
        clearTimeout(timer);
        this.#wake = undefined;
        this.#heard = 0;
        resolve(isHeard);
      };
      const timer = setTimeout(done, ms, false);
      this.#wake = () => {
        if (this.#heard >= times) done(true);
      };
      this.#wake();
    });
  }

  /** Listens no more. */
  end(): void {
    this.#subscription.unsubscribe();
    this.stir();
  }

  #hear(times: number): void {
    this.#heard += times;
    this.#wake?.();
  }
}

/** Those that are counted: each is of one job. */
const COUNTED: ReadonlySet<Word> = new Set(["end"]);

/** Says a word. */
export function say(ledger: Ledger, word: Word, text = ""): void {
  const subject = ledger.names.subject("hint", word);
  if (COUNTED.has(word)) ledger.link.say(subject, text);
  else ledger.link.sayOnce(subject, text);
}
