// How the objects of a pool look to `console.log`, to `util.inspect`, and in a debugger.

/** The method that Node, Deno and Bun call to show an object. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

type Format = (value: unknown, options: unknown) => string;

/**
 * Makes the instances of `Class` show what `fields` gives, and tell their class to
 * `Object.prototype.toString`: Vue and MobX then leave them alone. `name` is that of the class, which a
 * minifier may have changed.
 */
export function inspectable<T extends object>(
  Class: abstract new (...args: never) => T,
  name: string,
  fields: (thing: T) => object,
): void {
  Object.defineProperties(Class.prototype, {
    [Symbol.toStringTag]: { value: name, configurable: true },
    [INSPECT]: {
      value(this: T, _depth: number, options: unknown, format: Format): string {
        return `${name} ${format(fields(this), options)}`;
      },
      configurable: true,
      writable: true,
    },
  });
}
