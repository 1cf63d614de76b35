// How the objects of a pool look to `console.log`, to `util.inspect`, and in a debugger.

/** The methods that Node and Bun, Deno, and the debugger of VS Code call to show an object. */
const ASKED_BY = ["nodejs.util.inspect.custom", "Deno.customInspect", "debug.description"];

type Format = (value: unknown, options: unknown) => string;

/**
 * Makes the instances of `Class` show what `fields` gives, and tell their class to
 * `Object.prototype.toString`: Vue and MobX then leave them alone. `name` is that of the class, which a
 * minifier may have changed.
 */
export function inspectable<T extends object>(
  Class: abstract new (...args: never) => T,
  name: string,
  fields: (thing: T) => Readonly<Record<string, unknown>>,
): void {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  const show = {
    value(this: T, ...args: readonly unknown[]): string {
      // Node gives a depth, options, and a function that formats; Deno the latter two, in the other
      // order; VS Code a depth.
      const format = args.find((arg): arg is Format => typeof arg === "function") ?? formatPlainly;
      const options = args.find((arg) => typeof arg === "object");
      return `${name} ${format(fields(this), options)}`;
    },
    configurable: true,
    writable: true,
  };
  for (const key of ASKED_BY) Object.defineProperty(Class.prototype, Symbol.for(key), show);
}

/** Does not look into objects: a job may be anything. */
function formatPlainly(fields: unknown): string {
  const shown = Object.entries(fields as object).map(
    ([field, value]) => `${field}: ${typeof value === "object" ? "…" : String(value)}`,
  );
  return `{ ${shown.join(", ")} }`;
}
