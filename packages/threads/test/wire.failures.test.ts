// Errors that travel: what is kept of them.

import { describe, expect, it } from "@jest/globals";

import { decode, encode } from "../src/wire/failures.js";

/** There and back, through a clone as by a message. */
function travel(thrown: unknown): unknown {
  return decode(structuredClone(encode(thrown)));
}

describe("What a task throws", () => {
  it.each([
    ["Error", new Error("m")],
    ["EvalError", new EvalError("m")],
    ["RangeError", new RangeError("m")],
    ["ReferenceError", new ReferenceError("m")],
    ["SyntaxError", new SyntaxError("m")],
    ["TypeError", new TypeError("m")],
    ["URIError", new URIError("m")],
    ["AggregateError", new AggregateError([], "m")],
  ])("X2: %s stays what it is", (name, error) => {
    const arrived = travel(error) as Error;
    expect(arrived).not.toBe(error);
    expect(arrived.constructor.name).toBe(name);
    expect(arrived).toBeInstanceOf(
      (globalThis as unknown as Record<string, new () => Error>)[name]!,
    );
    expect([arrived.name, arrived.message, arrived.stack]).toEqual([name, "m", error.stack]);
    expect(Object.keys(arrived)).toEqual([]);
  });

  it("X2: a class of its own keeps its name, and is of the nearest that is built in", () => {
    class NotFound extends RangeError {}
    const first = travel(new NotFound("m")) as Error;
    const second = travel(new NotFound("m")) as Error;
    expect(first).toBeInstanceOf(RangeError);
    expect([first.name, first.constructor.name, String(first)]).toEqual([
      "NotFound",
      "NotFound",
      "NotFound: m",
    ]);
    expect(first.constructor).toBe(second.constructor);
  });

  it("X2: a name that was given is kept", () => {
    class E extends Error {
      override name = "HttpError";
    }
    const arrived = travel(new E("m")) as Error;
    expect([arrived.name, arrived.constructor.name]).toEqual(["HttpError", "E"]);
    const renamed = Object.assign(new TypeError("m"), { name: "Other" });
    expect(travel(renamed)).toMatchObject({ name: "Other", constructor: TypeError });
  });

  it("X2: Node's own errors keep their code, and the name of their class", () => {
    let thrown: unknown;
    try {
      new URL("no url");
    } catch (error) {
      thrown = error;
    }
    expect(travel(thrown)).toMatchObject({ name: "TypeError", code: "ERR_INVALID_URL" });
  });

  it("X2: a DOMException is one", () => {
    const arrived = travel(new DOMException("m", "AbortError"));
    expect(arrived).toBeInstanceOf(DOMException);
    expect(arrived).toMatchObject({ name: "AbortError", message: "m", code: 20 });
  });

  it("X2: its cause, its own properties and the errors in it travel along", () => {
    const cause = Object.assign(new RangeError("why"), { status: 3 });
    const error = Object.assign(new Error("m", { cause }), {
      code: "E_CODE",
      detail: { list: [1] },
      inner: new TypeError("inner"),
      method: () => 1,
    });
    const arrived = travel(error) as Error & Record<string, unknown>;
    expect(arrived.cause).toBeInstanceOf(RangeError);
    expect(arrived.cause).toMatchObject({ message: "why", status: 3 });
    expect(arrived["inner"]).toBeInstanceOf(TypeError);
    expect(Object.entries(arrived).filter(([key]) => key !== "inner")).toEqual([
      ["code", "E_CODE"],
      ["detail", { list: [1] }],
    ]);

    const all = travel(
      new AggregateError([new TypeError("a"), "b", () => 1], "m"),
    ) as AggregateError;
    expect(all.errors).toEqual([new TypeError("a"), "b", undefined]);
    expect(travel(new Error("m", { cause: "a string" }))).toMatchObject({ cause: "a string" });
    expect((travel(new Error("m", { cause: () => 1 })) as Error).cause).toBeUndefined();
  });

  it("X2: `errors` that are no list are a property as any other", () => {
    const invalid = Object.assign(new TypeError("invalid"), { errors: { field: "empty" } });
    expect(Object.entries(travel(invalid) as Error)).toEqual([["errors", { field: "empty" }]]);
    const listed = travel(Object.assign(new Error("m"), { errors: ["a", new RangeError("b")] }));
    expect(listed).toMatchObject({ errors: ["a", new RangeError("b")] });
  });

  it("X2: errors that know each other arrive as they are", () => {
    const error: Error = new Error("round");
    error.cause = error;
    const arrived = travel(error) as Error;
    expect(arrived.cause).toBe(arrived);

    // Each way through them taken apart for itself would be 30 ** 8 errors.
    const all = new AggregateError([], "all");
    for (let n = 0; n < 30; n++) all.errors.push(Object.assign(new Error(`${n}`), { all }));
    const both = travel(all) as AggregateError;
    expect(both.errors).toHaveLength(30);
    for (const it of both.errors as { all: unknown }[]) expect(it.all).toBe(both);
  });

  it("X2: a chain of causes is kept, and cut off before the stack overflows", () => {
    const chain = (length: number): Error => {
      let error = new Error("0");
      for (let n = 1; n < length; n++) error = new Error(`${n}`, { cause: error });
      return error;
    };
    const depthOf = (error: unknown): number => {
      let depth = 0;
      for (let it = error; it !== undefined; it = (it as Error).cause) depth++;
      return depth;
    };
    expect(depthOf(travel(chain(60)))).toBe(60);
    expect(depthOf(travel(chain(10_000)))).toBe(101);
  });

  it.each([[undefined], [null], [1], ["text"], [{ some: "object" }], [[1, 2]]])(
    "X2: %p goes as it is",
    (thrown) => {
      expect(travel(thrown)).toEqual(thrown);
    },
  );

  it("X2: what cannot be cloned is told as that, and never throws here", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const odd = {
      get value(): never {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- hostile
        throw proxy;
      },
    };
    for (const thrown of [() => 1, Symbol("s"), proxy, odd]) {
      expect(encode(thrown)).toEqual({ kind: "uncloneable", why: expect.any(String) });
    }
  });

  it("X2: a getter that throws, or a trap, costs an error nothing else", () => {
    const throws = {
      enumerable: true,
      get: (): never => {
        throw new Error("odd");
      },
    };
    const error = Object.assign(new RangeError("m"), { good: 1 });
    for (const key of ["bad", "stack", "cause", "errors"])
      Object.defineProperty(error, key, throws);
    const arrived = travel(error) as Error;
    expect(arrived).toBeInstanceOf(RangeError);
    expect([arrived.message, Object.entries(arrived)]).toEqual(["m", [["good", 1]]]);

    const mute = Object.assign(new TypeError("m"), { good: 1 });
    for (const key of ["message", "name"]) Object.defineProperty(mute, key, throws);
    expect(travel(mute)).toMatchObject({ name: "TypeError", message: "", good: 1 });

    const unreadable = new Proxy(new TypeError("m"), {
      getPrototypeOf: throws.get,
      ownKeys: throws.get,
    });
    Object.setPrototypeOf(unreadable, null);
    expect(travel(Object.assign(new Error("m"), { cause: unreadable }))).toMatchObject({
      message: "m",
    });
    const closed = new Proxy(new TypeError("m"), { ownKeys: throws.get });
    expect(travel(closed)).toMatchObject({ name: "TypeError", message: "m" });
    const classless = Object.defineProperty(new TypeError("m"), "constructor", throws);
    expect(travel(classless)).toMatchObject({ message: "m", constructor: Error });
  });

  it("X2: odd errors lose what is odd in them", () => {
    const messy = Object.assign(new Error("m"), { message: { some: 1 }, name: 7 });
    expect(travel(messy)).toMatchObject({ message: "[object Object]", name: "7" });
    const bare = Object.setPrototypeOf(new Error("m"), null) as Error;
    const nameless = Object.assign(Object.create(Error.prototype) as Error, { message: "m" });
    Object.defineProperty(nameless, "stack", { value: 1 });
    Object.defineProperty(nameless, "constructor", { value: { name: 1 } });
    expect(travel(bare)).toMatchObject({ message: "m", constructor: Error });
    expect(travel(nameless)).toMatchObject({ name: "Error", message: "m" });
    expect(travel(new (class extends Error {})("m"))).toMatchObject({ name: "Error" });
  });

  it("X2: classes are not made without end", () => {
    const classes = new Set<unknown>();
    for (let n = 0; n < 300; n++) {
      const Own = { [`Made${n}`]: class extends Error {} }[`Made${n}`]!;
      const arrived = travel(new Own("m")) as Error;
      expect(arrived.name).toBe(`Made${n}`);
      classes.add(arrived.constructor);
    }
    expect(classes.size).toBeLessThan(102);
  });
});
