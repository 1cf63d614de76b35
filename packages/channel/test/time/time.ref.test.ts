import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { after, Limiter, Ticker } from "../../src/index.js";
import { Platform } from "../support/platform.js";

const unusable = [
  [0, "0"],
  [1, "1"],
  ["false", '"false"'],
  [{}, "[object Object]"],
] as const;

describe("ref: false", () => {
  let platform: Platform | undefined;

  afterEach(() => {
    platform?.restore();
    platform = undefined;
    delete (globalThis as { Deno?: unknown }).Deno;
  });

  it.each(unusable)("T5: ref is a boolean: TypeError for %p", (ref, shown) => {
    const options = { ref: ref as never };
    for (const make of [
      () => after(1000, options),
      () => new Ticker(1000, options),
      () => new Limiter({ limit: 1, ...options }),
    ]) {
      expect(make).toThrow(new TypeError(`ref must be a boolean, not ${shown}`));
      expect(make).toThrow(TypeError);
    }
  });

  it.each([undefined, null, 0, {}, { ref: undefined }, { ref: true }])(
    "T5: a timer keeps the process alive unless told otherwise: %p",
    (options) => {
      platform = new Platform();
      const handle = { unref: jest.fn() };
      platform.makeHandle = () => handle;

      void after(1000, options as never).recv();

      expect(platform.timers).toBe(1);
      expect(handle.unref).not.toHaveBeenCalled();
    },
  );

  it("T5: each timer is told not to keep the process alive, where timers can be told", () => {
    platform = new Platform();
    const unref = jest.fn();
    platform.makeHandle = () => ({ unref: () => void unref() });
    const ticker = new Ticker(1000, { ref: false });
    void ticker.recv();
    expect(unref).toHaveBeenCalledTimes(1);

    ticker.reset(2000);
    expect(unref).toHaveBeenCalledTimes(2);

    void after(1000, { ref: false }).recv();
    const limiter = new Limiter({ limit: 1, ref: false });
    void Promise.all([limiter.wait(), limiter.wait()]);
    expect(unref).toHaveBeenCalledTimes(4);
  });

  it("T5: Deno is told which timer it is", () => {
    platform = new Platform();
    const unrefTimer = jest.fn();
    Object.assign(globalThis, { Deno: { unrefTimer } });
    platform.makeHandle = (id) => 40 + id;

    void after(1000).recv();
    void after(1000, { ref: false }).recv();

    expect(unrefTimer.mock.calls).toEqual([[42]]);
  });

  it("T5: where timers cannot be told, it changes nothing", () => {
    for (const Deno of [undefined, {}]) {
      platform = new Platform();
      Object.assign(globalThis, { Deno });
      for (const handle of [1, {}]) {
        platform.makeHandle = () => handle;
        void after(1000, { ref: false }).recv();
      }
      expect(platform.timers).toBe(2);
      platform.restore();
    }
  });
});
