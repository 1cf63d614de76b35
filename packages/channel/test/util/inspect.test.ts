import { inspect } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { inspectable, nameClass, nameOf, show, tagOf } from "../../src/util/inspect.js";

class Thing {
  name: unknown = "it";
  get count(): unknown {
    return 3;
  }
  static {
    inspectable(Thing, "Thing", {
      name: ({ name }) => name,
      count: (thing) => thing.count,
      nothing: () => undefined,
    });
  }
}

describe("inspectable", () => {
  it("C13: tells the fields that have a value, in order, in one line", () => {
    expect(inspect(new Thing())).toBe("Thing { name: 'it', count: 3 }");
    expect(inspect({ a: { b: { c: { d: new Thing() } } } }, { depth: 9 })).toContain(
      "d: Thing { name: 'it', count: 3 }",
    );
  });

  it("C13: in the style of the host: with colours, and in a short line", () => {
    const thing = new Thing();
    thing.name = "n".repeat(100);

    expect(inspect(thing, { breakLength: 10 })).toBe(
      `Thing { name: '${"n".repeat(100)}', count: 3 }`,
    );
    expect(inspect(new Thing(), { colors: true })).toBe(
      `Thing { name: ${inspect("it", { colors: true })}, count: ${inspect(3, { colors: true })} }`,
    );
  });

  it("C13: tells them to Deno, and to a debugger that offers no style", () => {
    const thing = new Thing() as unknown as Record<symbol, (...args: unknown[]) => string>;

    expect(thing[Symbol.for("Deno.customInspect")]?.(inspect, { colors: false })).toBe(
      "Thing { name: 'it', count: 3 }",
    );
    expect(thing[Symbol.for("debug.description")]?.(2)).toBe('Thing { name: "it", count: 3 }');
    expect(thing[Symbol.for("nodejs.util.inspect.custom")]?.()).toBe(
      'Thing { name: "it", count: 3 }',
    );
  });

  it("C13: adds nothing that a loop over the thing finds, and can be overridden", () => {
    class Own extends Thing {
      [inspect.custom](): string {
        return "mine";
      }
    }

    const keys = [];
    for (const key in new Thing()) keys.push(key);
    expect(keys).toEqual(["name"]);
    expect(Object.getOwnPropertyNames(Thing.prototype)).toEqual(["constructor", "count"]);
    expect(inspect(new Own())).toBe("mine");
  });

  it("C13: a subclass shows its own name, and one without a name that of its superclass", () => {
    class Special extends Thing {}
    const Nameless = (() => class extends Thing {})();
    class Odd extends Thing {
      static override readonly name = 3 as never;
    }

    const tags = [Thing, Special, Nameless, Odd].map((Class) =>
      Object.prototype.toString.call(new Class()),
    );
    expect(tags).toEqual([
      "[object Thing]",
      "[object Special]",
      "[object Thing]",
      "[object Thing]",
    ]);
    expect(inspect(new Special())).toBe("Special { name: 'it', count: 3 }");
  });

  it("C13: shows the name that it was given, should a minifier have changed that of the class", () => {
    const short = { a: class extends Thing {} }.a;
    nameClass(short, "Long");

    expect(Object.prototype.toString.call(new short())).toBe("[object Long]");
    expect(inspect(new short())).toBe("Long { name: 'it', count: 3 }");
  });

  it("C13: survives getters that throw, and does not look into objects", () => {
    class Hostile extends Thing {
      override name = new Proxy({}, { ownKeys: () => [][0]! });
      override get count(): unknown {
        throw new Error("hostile");
      }
    }

    expect(inspect(new Hostile())).toBe("Hostile { name: '[object Object]', count: '<threw>' }");
    expect(inspect(Object.assign(new Thing(), { constructor: undefined }))).toBe(
      "Thing { name: 'it', count: 3 }",
    );
    expect(inspect(Thing.prototype)).toBe("Object [Thing] {}");
  });
});

describe("tagOf and nameOf", () => {
  it("tell class and name, whatever the thing is", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();

    expect([new Thing(), new Map(), {}, revoked.proxy].map(tagOf)).toEqual([
      "Thing",
      "Map",
      "Object",
      "Object",
    ]);
    expect([new Thing(), { name: "" }, { name: 3 }, {}].map(nameOf)).toEqual([
      "it",
      "",
      undefined,
      undefined,
    ]);
  });
});

describe("nameClass", () => {
  it("C13: names what cannot tell its constructor", () => {
    const thing = Object.defineProperty(new Thing(), "constructor", {
      get(): never {
        throw new Error("asked for its constructor");
      },
    });

    expect(Object.prototype.toString.call(thing)).toBe("[object Thing]");
  });
});

describe("show", () => {
  it("B10: tells a text from a number, and each kind from the others", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const values = ["3", 3, 3n, -0, 0, NaN, null, undefined, true, Symbol("s"), [3], {}, Date];

    expect(values.map(show)).toEqual([
      ...['"3"', "3", "3n", "-0", "0", "NaN", "null", "undefined", "true", "Symbol(s)"],
      ...["[object Array]", "[object Object]", "[object Function]"],
    ]);
    expect(show('a "b"\n')).toBe(String.raw`"a \"b\"\n"`);
    expect(show(Object.create(null))).toBe("[object Object]");
    expect(show(revoked.proxy)).toBe("[object Object]");
  });
});
