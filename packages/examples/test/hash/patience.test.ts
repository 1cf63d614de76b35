import { describe, expect, it, jest } from "@jest/globals";

import { unlessAborted } from "../../src/hash/patience.js";

const reason = new Error("enough");

function open<T>(): { work: Promise<T>; resolve: (value: T) => void; reject: (e: Error) => void } {
  let resolve!: (value: T) => void;
  let reject!: (e: Error) => void;
  const work = new Promise<T>((...both) => ([resolve, reject] = both));
  return { work, resolve, reject };
}

describe("unlessAborted", () => {
  it("gives what the work gives, or its failure, and leaves no listener", async () => {
    const { signal } = new AbortController();
    const add = jest.spyOn(signal, "addEventListener");
    const remove = jest.spyOn(signal, "removeEventListener");

    expect(await unlessAborted(signal, Promise.resolve(1))).toBe(1);
    await expect(unlessAborted(signal, Promise.reject(reason))).rejects.toBe(reason);

    expect(add).toHaveBeenCalledTimes(2);
    expect(remove).toHaveBeenCalledTimes(2);
  });

  it("rejects at once when it is aborted, and hands over what comes late", async () => {
    const controller = new AbortController();
    const { work, resolve } = open<string>();
    const late = jest.fn();
    const result = unlessAborted(controller.signal, work, late);

    controller.abort(reason);
    await expect(result).rejects.toBe(reason);
    expect(late).not.toHaveBeenCalled();

    resolve("late");
    await work;
    expect(late.mock.calls).toEqual([["late"]]);
  });

  it("rejects if it is aborted already, and late failures are nothing", async () => {
    const late = jest.fn();
    const { work, reject } = open<string>();

    await expect(unlessAborted(AbortSignal.abort(reason), work, late)).rejects.toBe(reason);
    reject(new Error("late"));
    await expect(work).rejects.toThrow("late");

    expect(late).not.toHaveBeenCalled();
  });

  it("needs nothing that takes what comes late", async () => {
    const work = Promise.resolve(1);

    await expect(unlessAborted(AbortSignal.abort(reason), work)).rejects.toBe(reason);
    await work;
  });

  it("does not hand over what came in time", async () => {
    const controller = new AbortController();
    const late = jest.fn();

    expect(await unlessAborted(controller.signal, Promise.resolve(1), late)).toBe(1);
    controller.abort();

    expect(late).not.toHaveBeenCalled();
  });
});
