import { describe, expect, it } from "@jest/globals";

import { checkOptions, compare, completed, restore, type Settings, store } from "../src/options.js";

const defaults: Settings = {
  queueSize: 1000,
  finishedSize: 10_000,
  lease: 30_000,
  retries: 3,
  dedupe: 120_000,
  timeout: 30_000,
};

describe("the options of a pool", () => {
  it("D7: have defaults", () => {
    expect(completed(checkOptions(undefined))).toEqual(defaults);
    expect(completed(checkOptions({ lease: undefined, retries: 0 }))).toEqual({
      ...defaults,
      retries: 0,
    });
  });

  it.each<[name: keyof Settings, bad: readonly unknown[], good: readonly number[]]>([
    ["queueSize", [0, -1, 1.5, NaN, Infinity, "5", null, 2 ** 53], [1, 10_000]],
    ["finishedSize", [0, -1, 1.5, NaN, "5"], [1, Infinity]],
    ["lease", [0, -1, 99, NaN, Infinity, 2 ** 31, true], [100, 1500.5]],
    ["retries", [-1, 0.5, NaN, {}], [0, 3, Infinity]],
    ["dedupe", [0, 99, NaN, Infinity, 1n], [100]],
    ["timeout", [0, -1, NaN, () => 1], [1, Infinity]],
  ])("D2: %s is checked", (name, bad, good) => {
    for (const value of bad) {
      expect(() => checkOptions({ [name]: value })).toThrow(RangeError);
      expect(() => checkOptions({ [name]: value })).toThrow(`${name} must be`);
    }
    for (const value of good) expect(checkOptions({ [name]: value })).toEqual({ [name]: value });
  });

  it("refuses what is no option, and what are no options", () => {
    expect(() => checkOptions({ queuesize: 3 } as never)).toThrow(
      new TypeError(
        '"queuesize" is no option of a pool: there are queueSize, finishedSize, lease, retries, dedupe, timeout',
      ),
    );
    expect(() => checkOptions(3 as never)).toThrow(TypeError);
    expect(() => checkOptions(null as never)).toThrow(TypeError);
  });

  it("D7: are stored with the pool", () => {
    const settings = { ...defaults, finishedSize: Infinity, retries: Infinity, timeout: Infinity };
    expect(restore(store(settings), "p")).toEqual(settings);
  });

  it.each(["", "not ours", "{}", store(defaults).replace("3", "2"), undefined])(
    "does not take %p for those of a pool",
    (text) => {
      expect(() => restore(text, "p")).toThrow(
        'the stream of pool "p" was not made by this version',
      );
    },
  );

  it("D2: that differ from those of the pool are named, all of them", () => {
    expect(() => {
      compare(defaults, { queueSize: 5, lease: 30_000, retries: 1 }, "p");
    }).toThrow('pool "p" exists with queueSize 1000, not 5, and retries 3, not 1');
    compare(defaults, {}, "p");
    compare(defaults, { queueSize: 1000 }, "p");
  });
});
