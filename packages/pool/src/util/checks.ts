// What numbers may be given, and how errors show what was given instead.

/** Whether `value` is a non-negative integer or `Infinity`. */
export function isCount(value: unknown): boolean {
  return value === Infinity || (Number.isSafeInteger(value) && (value as number) >= 0);
}

/** Whether `value` is a time that is not over at once: positive, or `Infinity`. */
export function isSpan(value: unknown): boolean {
  return typeof value === "number" && value > 0;
}

/** A value in an error: the string 3 is told from the number, and nothing is called that may throw. */
export function show(value: unknown): string {
  if (typeof value === "string") return `${value} (a string)`;
  if (typeof value === "function" || (typeof value === "object" && value !== null)) {
    return `a value of type ${typeof value}`;
  }
  return String(value);
}
