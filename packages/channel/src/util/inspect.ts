// How our things look to people: in a debugger, to `console.log`, to `util.inspect`, in an error.
//
// Invariant: nothing here changes anything or throws, whatever a getter of a subclass does.

/** What is told of a thing, by name, in order. What gives `undefined` is left out. */
export type Fields<T> = Readonly<Record<string, (thing: T) => unknown>>;

type Inspect = (value: unknown, options: object) => string;

// The caller is a host, or VS Code's debugger. Symbols of the registry need no import of `node:`.
const ASKED_BY = [
  Symbol.for("nodejs.util.inspect.custom"),
  Symbol.for("Deno.customInspect"),
  Symbol.for("debug.description"),
];

/**
 * Makes the instances of `Class` tell their `fields` when they are inspected, and their class to
 * `Object.prototype.toString`. The latter also keeps Vue and MobX from wrapping them in proxies, for
 * which private fields do not work.
 *
 * `name` is that of `Class`, which a minifier may have renamed. A subclass shows its own name, and
 * the same fields.
 */
export function inspectable<T extends object>(
  Class: abstract new (...args: never) => T,
  name: string,
  fields: Fields<T>,
): void {
  nameClass(Class, name);
  const describe = {
    value(this: T, ...args: readonly unknown[]): string {
      return describeState(tagOf(this), stateOf(this, fields), args);
    },
    configurable: true,
    writable: true,
  };
  for (const key of ASKED_BY) Object.defineProperty(Class.prototype, key, describe);
}

/** Gives `Class`, whose superclass is inspectable, a name that no minifier changes. */
export function nameClass(Class: abstract new (...args: never) => object, name: string): void {
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    get(this: object): string {
      const own = read(() => (this.constructor === Class ? name : this.constructor.name), name);
      return typeof own === "string" && own !== "" ? own : name;
    },
    configurable: true,
  });
}

/** The class of a thing, as `Object.prototype.toString` tells it. */
export function tagOf(thing: object): string {
  const tag = read(() => Object.prototype.toString.call(thing), "[object Object]");
  return String(tag).slice("[object ".length, -1);
}

/** The name that a thing was given; `undefined` if it has none. */
export function nameOf(thing: object): string | undefined {
  const name = read(() => (thing as { readonly name?: unknown }).name, undefined);
  return typeof name === "string" ? name : undefined;
}

/** A value that a caller gave us, for an error: "3" is told from 3. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (isPrimitive(value)) return String(value);
  return String(read(() => Object.prototype.toString.call(value), "[object Object]"));
}

function stateOf<T>(thing: T, fields: Fields<T>): Record<string, unknown> {
  const state: Record<string, unknown> = {};
  for (const [field, get] of Object.entries(fields)) {
    const value = read(() => get(thing), "<threw>");
    if (value !== undefined) state[field] = isPrimitive(value) ? value : show(value);
  }
  return state;
}

/** `Chan { name: 'jobs', cap: 1 … }`, in the style of the host that asks, if it offers one. */
function describeState(
  tag: string,
  state: Readonly<Record<string, unknown>>,
  args: readonly unknown[],
): string {
  // Node gives a depth, options and its `inspect`; Deno its `inspect` and options; VS Code a depth.
  const inspect = args.find((arg): arg is Inspect => typeof arg === "function");
  const options = args.find((arg) => typeof arg === "object");
  if (inspect !== undefined) {
    return `${tag} ${inspect(state, { ...options, depth: 0, breakLength: Infinity })}`;
  }
  const shown = Object.entries(state).map(([field, value]) => `${field}: ${show(value)}`);
  return `${tag} { ${shown.join(", ")} }`;
}

/** What `get` gives; or `otherwise`, since a getter of a subclass, or a proxy, may throw. */
export function read(get: () => unknown, otherwise: unknown): unknown {
  try {
    return get();
  } catch {
    return otherwise;
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function");
}
