import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { runInNewContext } from "node:vm";

import { stringify } from "../../src/codec/json.js";

class Point {
  x = 1;
}

const cycle: Record<string, unknown> = {};
cycle["self"] = cycle;

describe("stringify", () => {
  it("D5: gives the text of every value that JSON has", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(stringify(value, "input"))).toStrictEqual(value);
      }),
    );
  });

  it("D5: keeps -0, keys like __proto__, lone surrogates, and the order of keys", () => {
    const value = JSON.parse('{"b":-0,"__proto__":1,"a":"\\ud800"}') as object;
    expect(stringify(value, "input")).toBe('{"b":-0,"__proto__":1,"a":"\\ud800"}');
  });

  it("D5: takes plain objects and arrays of another realm, and those without a prototype", () => {
    expect(stringify(runInNewContext("({ a: [1] })"), "input")).toBe('{"a":[1]}');
    expect(stringify(Object.assign(Object.create(null), { a: 1 }), "input")).toBe('{"a":1}');
  });

  it.each<[what: string, value: unknown, message: string]>([
    ["NaN", { a: [1, NaN] }, "input.a[1] is NaN"],
    ["Infinity", -Infinity, "input is -Infinity"],
    ["undefined", undefined, "input is undefined"],
    ["a member that is undefined", { a: undefined }, "input.a is undefined"],
    ["a nested function", { a: () => 1 }, "input.a is a function"],
    ["a symbol", [Symbol("s")], "input[0] is a symbol"],
    ["a bigint", 1n, "input is a bigint"],
    ["a Map", new Map(), "input is object Map"],
    ["a Set", [new Set()], "input[0] is object Set"],
    ["a Date", new Date(), "input is object Date"],
    ["an Error", new Error("e"), "input is object Error"],
    ["an instance of a class", new Point(), "input is object Object"],
    ["a boxed number", Object(1), "input is object Number"],
    ["bytes inside", { a: new Uint8Array(1) }, "input.a is object Uint8Array"],
    // eslint-disable-next-line no-sparse-arrays -- that is what it is about
    ["a hole", [1, , 2], "an array with holes"],
    ["an array with properties", Object.assign([1], { a: 1 }), "an array with holes or properties"],
    ["a key that is a symbol", { [Symbol("s")]: 1 }, "an object with symbols"],
    ["a hidden member", Object.defineProperty({}, "a", { value: 1 }), "hidden properties"],
    ["a toJSON of its own", { toJSON: () => 1 }, "input.toJSON is a function"],
    ["a cycle", cycle, "input.self is a cycle"],
  ])("D7: refuses %s, and says where it is", (_, value, message) => {
    expect(() => stringify(value, "input")).toThrow(TypeError);
    expect(() => stringify(value, "input")).toThrow(message);
  });

  it("D7: refuses what is nested too deeply", () => {
    let value: unknown = 1;
    for (let i = 0; i < 100_000; i++) value = [value];
    expect(() => stringify(value, "input")).toThrow(TypeError);
    expect(() => stringify(value, "input")).toThrow("input is nested too deeply");
  });

  it("allows one object in two places", () => {
    const shared = { a: 1 };
    expect(stringify([shared, shared], "input")).toBe('[{"a":1},{"a":1}]');
  });

  it("reads each member once", () => {
    let reads = 0;
    const value = Object.defineProperty({}, "a", { enumerable: true, get: () => ++reads });
    expect(stringify(value, "input")).toBe('{"a":1}');
  });

  it("lets through what a member throws when it is read", () => {
    const value = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => {
        throw new Error("mine");
      },
    });
    expect(() => stringify(value, "input")).toThrow("mine");
  });
});
