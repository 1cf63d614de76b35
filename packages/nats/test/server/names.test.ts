import { describe, expect, it } from "@jest/globals";

import { Names, numberIn } from "../../src/server/names.js";

describe("the names of a pool's parts", () => {
  it("are told from its name", () => {
    const names = new Names("thumb-nails_2");
    expect(names.wait).toBe("chankit-thumb-nails_2-WAIT");
    expect(names.subject("wait")).toBe("chankit.thumb-nails_2.wait");
    expect(names.subject("run", 7)).toBe("chankit.thumb-nails_2.run.7");
    expect(numberIn(names.subject("run", 7))).toBe(7);
    expect(names.streams.at(-1)).toBe(names.wait);
  });

  it("are different for different pools, whatever these are called", () => {
    const pools = ["a b", "a.b", "a*b", "a>b", "a/b", "a=20=b", "ä", "😀", "a\nb", "a\\b"];
    const tokens = pools.map((pool) => new Names(pool).wait);
    expect(new Set(tokens).size).toBe(pools.length);
    for (const token of tokens) expect(token).toMatch(/^[\w=-]+$/);
  });

  it("need a name", () => {
    expect(() => new Names("")).toThrow(TypeError);
    expect(() => new Names(3 as never)).toThrow(TypeError);
    expect(() => new Names("x".repeat(201))).toThrow("at most 200 characters");
  });
});
