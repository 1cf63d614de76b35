// How `Threads` look to `console.log`, to `util.inspect`, and in a debugger.

/** The methods that Node and Bun, Deno, and the debugger of VS Code call to show an object. */
const ASKED_BY = ["nodejs.util.inspect.custom", "Deno.customInspect", "debug.description"];

/**
 * Makes the instances of `Class` show what `fields` gives, and tell their class to
 * `Object.prototype.toString`: Vue and MobX then leave them alone, for whose proxies private fields do
 * not work. `name` is that of the class, which a minifier may have changed.
 */
export function inspectable<T extends object>(
  Class: abstract new (...args: never) => T,
  name: string,
  fields: (thing: T) => Readonly<Record<string, string | number>>,
): void {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: name, configurable: true });
  const show = {
    value(this: T): string {
      const shown = Object.entries(fields(this)).map(([field, value]) => {
        return `${field}: ${typeof value === "string" ? JSON.stringify(value) : value}`;
      });
      return `${name} { ${shown.join(", ")} }`;
    },
    configurable: true,
    writable: true,
  };
  for (const key of ASKED_BY) Object.defineProperty(Class.prototype, Symbol.for(key), show);
}
