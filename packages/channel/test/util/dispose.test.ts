import { afterEach, describe, expect, it, jest } from "@jest/globals";

import type * as Package from "../../src/index.js";

const REAL = Symbol;
type Known = Partial<Record<"dispose" | "asyncDispose", symbol>>;

/** The package as it is where `Symbol` knows only what is in `known`. */
function loadWith(known: Known): { symbols: Known; loaded: typeof Package } {
  const symbols = Object.create(REAL, {
    dispose: { value: known.dispose, writable: true },
    asyncDispose: { value: known.asyncDispose, writable: true },
  }) as Known;
  globalThis.Symbol = symbols as unknown as SymbolConstructor;
  let loaded: typeof Package | undefined;
  jest.isolateModules(() => {
    loaded = jest.requireActual<typeof Package>("../../src/index.js");
  });
  return { symbols, loaded: loaded! };
}

/** What compiled `using` does at the end of a block: as esbuild and Babel, and as TypeScript. */
function disposeOf(thing: object, key = REAL.for("Symbol.dispose")): unknown {
  return (thing as Record<symbol, () => unknown>)[key]?.();
}

describe("what can be disposed of", () => {
  afterEach(() => {
    globalThis.Symbol = REAL;
  });

  it("C13: compiled using works where Symbol.dispose is missing", () => {
    const { loaded } = loadWith({});
    const ch = new loaded.Chan<string>();
    class Kind extends loaded.CustomChan<string> {
      readonly cap = 0;
      readonly len = 0;
      protected poll(): undefined {
        return undefined;
      }
      protected offer(): boolean {
        return false;
      }
    }
    const custom = new Kind();

    for (const chan of [ch, custom]) {
      expect(chan.closed).toBe(false);
      disposeOf(chan);
      expect(chan.closed).toBe(true);
      disposeOf(chan);
    }
    expect("undefined" in ch || "undefined" in custom).toBe(false);
  });

  it("C8, C13: so does compiled await using of an iterator", async () => {
    const { loaded } = loadWith({});
    const ch = new loaded.Chan<string>();
    const iterator = ch.values();
    const next = iterator.next();

    await disposeOf(iterator, REAL.for("Symbol.asyncDispose"));

    expect((await next).done).toBe(true);
    expect(ch.trySend("a")).toBe(false);
    expect("undefined" in iterator).toBe(false);
  });

  it("B2: a symbol that comes later is found when the next channel is made", async () => {
    const { symbols, loaded } = loadWith({});
    const first = new loaded.Chan<string>();
    symbols.dispose = REAL("a late Symbol.dispose");
    expect(symbols.dispose in first).toBe(false);

    const ch = new loaded.Chan<string>();
    disposeOf(ch, symbols.dispose);
    disposeOf(first, symbols.dispose);
    expect([ch.closed, first.closed]).toEqual([true, true]);

    symbols.asyncDispose = REAL("a late Symbol.asyncDispose");
    const iterator = ch.values();
    await disposeOf(iterator, symbols.asyncDispose);
    expect("undefined" in iterator).toBe(false);
  });

  it("B2: adds nothing where the symbols are known", () => {
    const known = { dispose: REAL("dispose"), asyncDispose: REAL("asyncDispose") };
    const { symbols, loaded } = loadWith(known);
    const ch = new loaded.Chan<string>();
    symbols.dispose = REAL("another one");
    const iterator = new loaded.Chan<string>().values();

    expect(known.dispose in ch).toBe(true);
    expect(known.asyncDispose in iterator).toBe(true);
    expect(REAL.for("Symbol.dispose") in ch || symbols.dispose in ch).toBe(false);
    expect(REAL.for("Symbol.asyncDispose") in iterator).toBe(false);
  });

  it("the methods are not enumerable, as those of a class", () => {
    const { loaded } = loadWith({});
    const ch = new loaded.Chan<string>();

    expect(Object.getOwnPropertyDescriptor(Object.getPrototypeOf(ch), REAL.for("Symbol.dispose")))
      // As a class would have it.
      .toMatchObject({ enumerable: false, configurable: true, writable: true });
  });

  it("B2: symbols that come later are found on everything that was made before", async () => {
    const { symbols, loaded } = loadWith({});
    const things = {
      dispose: [new loaded.Chan(), new loaded.Ticker(1000), await new loaded.Mutex().lock()],
      asyncDispose: [new loaded.Chan().values(), new loaded.Group()],
    };
    const [dispose, asyncDispose] = [REAL("a late dispose"), REAL("a late asyncDispose")];
    Object.assign(symbols, { dispose, asyncDispose });

    new loaded.Chan();

    expect(things.dispose.map((thing) => dispose in thing)).toEqual([true, true, true]);
    expect(things.asyncDispose.map((thing) => asyncDispose in thing)).toEqual([true, true]);
  });
});
