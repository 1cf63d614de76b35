/** Random integers below `n`, the same for the same seed: Marsaglia's xorshift. */
export function seeded(seed: number): (n: number) => number {
  // Zero would stay zero.
  let state = seed | 0 || 1;
  return (n) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % n;
  };
}
