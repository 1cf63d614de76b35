// `using` where the platform does not know it yet. Compiled `using` looks for `Symbol.dispose`, which
// a polyfill may have made, or for `Symbol.for("Symbol.dispose")`. And since imports are hoisted, a
// polyfill in the user's own file runs after this package was loaded: what is disposable looks for
// the symbol again whenever one is made.

type Name = "dispose" | "asyncDispose";

/** Methods that stand under the registered symbol until the platform has its own. */
let provisional: { prototype: object; name: Name; method: unknown }[] = [];

/**
 * To be called once for a class with a method `[Symbol.dispose]` or `[Symbol.asyncDispose]`: gives
 * the method the key that compiled `using` looks for, where `Symbol` has none.
 */
export function disposable(Class: abstract new (...args: never) => object, name: Name): void {
  if ((Symbol[name] as symbol | undefined) !== undefined) return;
  // A method that is named by a symbol which does not exist has the name "undefined".
  const prototype = Class.prototype as Record<PropertyKey, unknown>;
  const method = prototype["undefined"];
  delete prototype["undefined"];
  define(prototype, Symbol.for(`Symbol.${name}`), method);
  provisional.push({ prototype, name, method });
}

/** To be called when a disposable is made, in case the symbol has come into being since. */
export function followPolyfills(): void {
  if (provisional.length === 0) return;
  provisional = provisional.filter(({ prototype, name, method }) => {
    const symbol = Symbol[name] as symbol | undefined;
    if (symbol !== undefined) define(prototype, symbol, method);
    return symbol === undefined;
  });
}

function define(prototype: object, key: symbol, method: unknown): void {
  Object.defineProperty(prototype, key, { value: method, configurable: true, writable: true });
}
