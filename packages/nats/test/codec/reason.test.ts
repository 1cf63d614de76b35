import { describe, expect, it } from "@jest/globals";
import { runInNewContext } from "node:vm";

import { PoolClosedError } from "@chankit/pool";

import { decodeReason, encodeReason } from "../../src/codec/reason.js";

function sent(reason: unknown): unknown {
  return decodeReason(encodeReason(reason));
}

class HttpError extends RangeError {
  readonly status = 404;
  readonly detail = { path: ["a"] };
  readonly retry = (): void => undefined;
}

describe("a reason", () => {
  it.each([Error, TypeError, RangeError, SyntaxError, EvalError, ReferenceError, URIError])(
    "D7: is an Error of its class: %p",
    (Class) => {
      const error = sent(new Class("broken")) as Error;
      expect(error).toBeInstanceOf(Class);
      expect(Object.getPrototypeOf(error)).toBe(Class.prototype);
      expect([error.message, error.name]).toEqual(["broken", Class.name]);
    },
  );

  it("D7: keeps message, stack, cause and own properties", () => {
    const cause = Object.assign(new TypeError("deeper"), { code: "ERR_DEEP" });
    const error = new HttpError("not found", { cause });
    const got = sent(error) as HttpError;
    expect(got).toBeInstanceOf(RangeError);
    expect(got.constructor.name).toBe("HttpError");
    expect(Object.entries(got)).toEqual([
      ["status", 404],
      ["detail", { path: ["a"] }],
    ]);
    expect(got.stack).toBe(error.stack);
    expect(got.cause).toBeInstanceOf(TypeError);
    expect(got.cause).toMatchObject({ message: "deeper", code: "ERR_DEEP" });
    expect(Object.keys(got)).not.toContain("stack");
  });

  it("D7: keeps a name that was set", () => {
    const error = new Error("m");
    error.name = "Special";
    const got = sent(error) as Error;
    expect(got.name).toBe("Special");
    expect(String(got)).toBe("Special: m");
  });

  it("D7: keeps the errors of an AggregateError", () => {
    const got = sent(new AggregateError([new TypeError("a"), 1], "many")) as AggregateError;
    expect(got).toBeInstanceOf(AggregateError);
    expect(Object.getPrototypeOf(got)).toBe(AggregateError.prototype);
    expect(got.errors).toMatchObject([{ message: "a" }, 1]);
  });

  it("D7: keeps a DOMException, and one of a class of its own", () => {
    const late = new DOMException("late", "TimeoutError");
    const got = sent(late) as DOMException;
    expect(got).toBeInstanceOf(DOMException);
    expect([got.name, got.message, got.stack]).toEqual(["TimeoutError", "late", late.stack]);
    class Late extends DOMException {
      readonly by = 3;
    }
    const own = sent(new Late("late", "AbortError")) as Late;
    expect(own).toBeInstanceOf(DOMException);
    expect([own.constructor.name, own.name, own.by]).toEqual(["Late", "AbortError", 3]);
  });

  it("D7: keeps the name that a class gives its errors", () => {
    const got = sent(new PoolClosedError("closed")) as PoolClosedError;
    expect([got.name, got.code, got.message]).toEqual([
      "PoolClosedError",
      "ERR_POOL_CLOSED",
      "closed",
    ]);
    expect(String(got)).toBe("PoolClosedError: closed");
  });

  it("D7: takes an error of another realm for one", () => {
    const got = sent(runInNewContext("new TypeError('far')"));
    expect(got).toBeInstanceOf(TypeError);
    expect(got).toMatchObject({ message: "far" });
  });

  it.each([null, 0, -0, "text", true, [1, { a: 2 }], undefined])(
    "D7: another value stays what it is: %p",
    (value) => {
      expect(sent(value)).toStrictEqual(value);
    },
  );

  it.each<[string, unknown]>([
    ["a function", () => 1],
    ["a symbol", Symbol("s")],
    ["a Map", new Map()],
    ["an object without a string", Object.create(null, { a: { value: 1 } })],
  ])("D7: what cannot be sent becomes an Error that says so: %s", (_, value) => {
    expect(sent(value)).toBeInstanceOf(Error);
    expect((sent(value) as Error).message).toContain("cannot be sent");
  });

  it("D7: ends a chain of causes that does not end", () => {
    const error = new Error("loop");
    error.cause = error;
    expect((sent(error) as Error).cause).toBeInstanceOf(Error);
  });

  it("D7: an error whose class is of another version, or has none, is an Error", () => {
    const wire = {
      is: "error",
      error: { base: "NewError", className: "NewError", message: "m", own: {} },
    };
    const read = decodeReason(new TextEncoder().encode(JSON.stringify(wire)));
    expect(read).toBeInstanceOf(Error);
    expect(read).toMatchObject({ message: "m" });
    const prototype = Object.create(RangeError.prototype) as object;
    const error = Object.setPrototypeOf(new Error("m"), prototype) as Error;
    expect(sent(error)).toBeInstanceOf(RangeError);
  });

  it("D7: survives hostile errors", () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(sent(proxy)).toBeInstanceOf(Error);
    const trap = (): never => {
      throw new Error("no");
    };
    const handler = { get: trap, getOwnPropertyDescriptor: trap, ownKeys: trap };
    expect(sent(new Proxy(new Error("e"), handler))).toBeInstanceOf(Error);
    expect(sent(new Proxy(new Error("e"), { getPrototypeOf: trap }))).toBeInstanceOf(Error);
    const odd = Object.defineProperty(new Error("e"), "message", { value: 3 });
    expect((sent(odd) as Error).message).toBe("");
    const nameless = Object.defineProperty(new Error("e"), "stack", { value: 3 });
    expect(sent(nameless)).toBeInstanceOf(Error);
    expect(sent(Object.setPrototypeOf(new Error("bare"), null))).toBeInstanceOf(Error);
    const anonymous = new (class extends Error {})("x");
    expect(sent(anonymous)).toMatchObject({ message: "x" });
  });
});
