/** Where `select` gets its choices from: an object, so that our tests can make the choices. */
export const random = {
  /** A random integer of at least 0 and less than `n`. */
  below: (n: number): number => Math.floor(Math.random() * n),
};
