// JSON that changes nothing: what `JSON.parse` gives back is what went in, or it does not go in.
//
// Invariant: each property of the value is read once, so a getter cannot show one thing to a check and
// another to the text.

/**
 * The text of a value.
 *
 * @throws TypeError if JSON would change the value, or has no word for it; it says where.
 */
export function stringify(value: unknown, what: string): string {
  try {
    return write(value, what, []);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new TypeError(`${what} is nested too deeply`, { cause: error });
    }
    throw error;
  }
}

function write(value: unknown, path: string, above: unknown[]): string {
  switch (typeof value) {
    case "string":
      return JSON.stringify(value);
    case "boolean":
      return String(value);
    case "number":
      if (!Number.isFinite(value)) throw changed(path, String(value));
      return Object.is(value, -0) ? "-0" : String(value);
    case "object":
      if (value === null) return "null";
      if (above.includes(value)) throw changed(path, "a cycle");
      above.push(value);
      try {
        return Array.isArray(value) ? list(value, path, above) : record(value, path, above);
      } finally {
        above.pop();
      }
    case "undefined":
      throw changed(path, "undefined");
    default:
      throw changed(path, `a ${typeof value}`);
  }
}

function list(value: readonly unknown[], path: string, above: unknown[]): string {
  // Holes and properties beside the elements would vanish.
  if (Reflect.ownKeys(value).length !== value.length + 1) {
    throw changed(path, "an array with holes or properties");
  }
  return `[${value.map((item, i) => write(item, `${path}[${i}]`, above)).join()}]`;
}

function record(value: object, path: string, above: unknown[]): string {
  const prototype = Object.getPrototypeOf(value) as object | null;
  // The second test takes the plain objects of another realm.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) {
    throw changed(path, Object.prototype.toString.call(value).slice(1, -1));
  }
  const keys = Object.keys(value);
  if (Reflect.ownKeys(value).length !== keys.length) {
    throw changed(path, "an object with symbols or hidden properties");
  }
  const members = keys.map((key) => {
    const text = write((value as Record<string, unknown>)[key], `${path}.${key}`, above);
    return `${JSON.stringify(key)}:${text}`;
  });
  return `{${members.join()}}`;
}

function changed(path: string, found: string): TypeError {
  return new TypeError(`${path} is ${found}: only JSON and Uint8Array can be sent`);
}
