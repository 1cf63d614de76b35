// A choice tape: it makes a test that chooses run once for every possible sequence of choices. Go's
// own select tests enumerate so (test/chan/select5.go).
//
//   const tape = new Tape();
//   do {
//     ... tape.choose(3) ... tape.choose(2) ...
//   } while (tape.next());

/** Choices, and the way from one sequence of them to the next, in depth-first order. */
export class Tape {
  #choices: { value: number; readonly of: number }[] = [];
  #position = 0;
  #changed = 0;
  /** What the choices that begin at a position have led to. */
  readonly #effects = new Map<number, Set<string>>();

  /** One of 0 to `n - 1`; each of them in its turn. */
  choose(n: number): number {
    const recorded = this.#choices[this.#position++];
    if (recorded !== undefined) return recorded.value;
    this.#choices.push({ value: 0, of: n });
    return 0;
  }

  /** Goes on to the next sequence; false if all have been tried. */
  next(): boolean {
    // What was not read in this run does not count.
    this.#choices.length = this.#position;
    this.#position = 0;
    for (let last = this.#choices.pop(); last !== undefined; last = this.#choices.pop()) {
      if (last.value + 1 === last.of) continue;
      this.#changed = this.#choices.length;
      this.#choices.push({ ...last, value: last.value + 1 });
      for (const start of this.#effects.keys()) {
        if (start > this.#changed) this.#effects.delete(start);
      }
      return true;
    }
    return false;
  }

  /** How many choices this run has made. */
  get position(): number {
    return this.#position;
  }

  /** The first choice that differs from the run before. */
  get changed(): number {
    return this.#changed;
  }

  /**
   * Whether the choices made since `start` have had an `effect` that no others there have had. If
   * not, there is nothing new to see behind them: end the run, and go on to the next.
   */
  isNew(start: number, effect: string): boolean {
    if (start === this.#position || this.#position <= this.#changed) return true;
    const effects = this.#effects.get(start) ?? new Set();
    this.#effects.set(start, effects);
    return effects.size < effects.add(effect).size;
  }
}

/** What runs once for every sequence of choices on its tape. */
export interface Repeated {
  /** One run; false if it is like another. */
  run(): boolean;
  /** See {@link Tape.next}. */
  next(): boolean;
}

/** Runs it for every sequence, or until `most` runs were like no other; gives how many there were. */
export function runAll(repeated: Repeated, most = Infinity): number {
  let found = 0;
  do if (repeated.run()) found++;
  while (found < most && repeated.next());
  return found;
}
