/** A source of random numbers that gives the same for the same seed. */
export class Random {
  #state;

  constructor(seed) {
    // Zero would stay zero.
    this.#state = seed | 0 || 1;
  }

  /** An integer of at least 0 and less than `n`. */
  below(n) {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  }

  /** An integer from `least` to `most`. */
  between(least, most) {
    return least + this.below(most - least + 1);
  }

  /** True once in `n` times. */
  onceIn(n) {
    return this.below(n) === 0;
  }

  of(array) {
    return array[this.below(array.length)];
  }
}
