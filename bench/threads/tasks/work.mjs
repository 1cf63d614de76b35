// What all contestants compute.

/** A trivial task. */
export function add(n) {
  return n + 1;
}

/** The length of some bytes, which have come somehow. */
export function sizeOf(bytes) {
  return bytes.length;
}

/** Gives the bytes back; how is the contestant's business. */
export function back(bytes) {
  return bytes;
}

/** Some milliseconds of arithmetic. */
export function spin(rounds) {
  let x = 1;
  for (let i = 0; i < rounds; i++) x = Math.imul(x ^ (x >>> 15), 0x2c1b3c6d + i);
  return x;
}
