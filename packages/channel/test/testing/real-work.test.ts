import { describe, expect, it, jest } from "@jest/globals";
import { readFile } from "node:fs/promises";

import { RealWork } from "../../src/testing/real-work.js";
import { settle } from "../support/settle.js";

describe("V5: real work", () => {
  it("is what was begun since, until it has ended", async () => {
    const before = readFile(__filename);
    const work = new RealWork();
    expect(work.isUnderWay()).toBe(false);
    const reading = readFile(__filename);
    expect(work.isUnderWay()).toBe(true);
    await Promise.all([before, reading]);
    await settle();
    expect(work.isUnderWay()).toBe(false);
    work.end();
  });

  it("is a file that is read, also where the host does not list that", async () => {
    const { process } = globalThis;
    const { getBuiltinModule } = process;
    const value = { env: {}, prependListener: () => undefined, getBuiltinModule };
    try {
      Object.defineProperty(globalThis, "process", { value, configurable: true });
      await jest.isolateModulesAsync(async () => {
        const { RealWork: Isolated } = await import("../../src/testing/real-work.js");
        Object.defineProperty(globalThis, "process", { value: process, configurable: true });
        const work = new Isolated();
        expect(work.isUnderWay()).toBe(false);
        const reading = readFile(__filename);
        expect(work.isUnderWay()).toBe(true);
        await reading;
        await settle();
        expect(work.isUnderWay()).toBe(false);
        work.end();
      });
    } finally {
      Object.defineProperty(globalThis, "process", { value: process, configurable: true });
    }
  });

  it("is none that can be seen, where there is no process", async () => {
    const { process } = globalThis;
    try {
      Object.defineProperty(globalThis, "process", { value: undefined, configurable: true });
      await jest.isolateModulesAsync(async () => {
        const { RealWork: Isolated } = await import("../../src/testing/real-work.js");
        const work = new Isolated();
        expect(work.isUnderWay()).toBe(false);
        work.end();
      });
    } finally {
      Object.defineProperty(globalThis, "process", { value: process, configurable: true });
    }
  });
});
