// `await using` where the platform does not know it yet. Compiled `await using` looks for
// `Symbol.asyncDispose`, which a polyfill may have made since this package was loaded, or else for
// `Symbol.for("Symbol.asyncDispose")`. So the method gets its key when a pool is made.

/** Gives `prototype` the method that `await using` looks for now, unless it has it. */
export function provideDispose<T extends object>(
  prototype: T,
  dispose: (thing: T) => Promise<void>,
): void {
  const { asyncDispose } = Symbol as Partial<SymbolConstructor>;
  const key = asyncDispose ?? Symbol.for("Symbol.asyncDispose");
  if (Object.hasOwn(prototype, key)) return;
  Object.defineProperty(prototype, key, {
    value(this: T): Promise<void> {
      return dispose(this);
    },
    configurable: true,
    writable: true,
  });
}
