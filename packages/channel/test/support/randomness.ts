import { expect } from "@jest/globals";

/** Makes `Math.random` a seeded generator (mulberry32). Gives the way back. */
export function seedRandomness(seed: number): () => void {
  const original = Math.random;
  let state = seed;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return () => {
    Math.random = original;
  };
}

/** Does `act` again and again, with other random choices, the same in every run of the tests. */
export async function inVariousOrders(act: () => Promise<void>): Promise<void> {
  const restore = seedRandomness(1);
  try {
    for (let i = 0; i < 30; i++) await act();
  } finally {
    restore();
  }
}

/** Counts what was chosen. */
export class Tally<K> {
  readonly #counts = new Map<K, number>();
  #total = 0;

  add(choice: K): void {
    this.#counts.set(choice, (this.#counts.get(choice) ?? 0) + 1);
    this.#total++;
  }

  /** Fails unless exactly `choices` were chosen, equally often within the bound of S2. */
  expectUniform(choices: readonly K[]): void {
    expect([...this.#counts.keys()].sort()).toEqual([...choices].sort());
    const share = 1 / choices.length;
    const bound = 4.89 * Math.sqrt((share * (1 - share)) / this.#total);
    for (const count of this.#counts.values()) {
      expect(Math.abs(count / this.#total - share)).toBeLessThanOrEqual(bound);
    }
  }
}
