import { describe, expect, it } from "@jest/globals";

import { Semaphore } from "../../src/sync/semaphore.js";

describe("Permit", () => {
  it("W3: gives back as much as was acquired", () => {
    const semaphore = new Semaphore(5);
    const [two, three] = [semaphore.tryAcquire(2), semaphore.tryAcquire(3)];

    three?.release();
    expect(semaphore.available).toBe(3);
    two?.release();

    expect(semaphore.available).toBe(5);
  });

  it("W3, G114: throws if it is released twice, and changes nothing", () => {
    const semaphore = new Semaphore(2);
    const [permit] = [semaphore.tryAcquire(), semaphore.tryAcquire()];
    permit?.release();

    expect(() => permit?.release()).toThrow("permit released twice");

    expect(semaphore.available).toBe(1);
  });

  it("W3: is given back at the end of a block that uses it", async () => {
    const semaphore = new Semaphore(1);

    {
      using permit = await semaphore.acquire();
      expect(permit).toBeDefined();
      expect(semaphore.available).toBe(0);
    }

    expect(semaphore.available).toBe(1);
  });

  it("W3: is given back when the block that uses it throws", async () => {
    const semaphore = new Semaphore(1);
    const failing = async (): Promise<void> => {
      using permit = await semaphore.acquire();
      expect(permit).toBeDefined();
      throw new Error("inside");
    };

    await expect(failing()).rejects.toThrow("inside");

    expect(semaphore.available).toBe(1);
  });

  it("W3: disposing one that was released does nothing, however often", () => {
    const semaphore = new Semaphore(2);
    const [permit] = [semaphore.tryAcquire(), semaphore.tryAcquire()];
    permit?.release();

    permit?.[Symbol.dispose]();
    permit?.[Symbol.dispose]();

    expect(semaphore.available).toBe(1);
  });

  it("W3: releasing one that was disposed throws: it was given back already", () => {
    const semaphore = new Semaphore(2);
    const permit = semaphore.tryAcquire();
    permit?.[Symbol.dispose]();

    expect(() => permit?.release()).toThrow("permit released twice");

    expect(semaphore.available).toBe(2);
  });

  it("C13, B2: release works when it is taken off its object, and is one function", async () => {
    const semaphore = new Semaphore(3);
    const permit = semaphore.tryAcquire();
    const { release } = await semaphore.acquire(2);
    expect(permit?.release).toBe(permit?.release);

    release();
    expect(semaphore.available).toBe(2);
    expect(release).toThrow("permit released twice");
    await Promise.resolve(1).finally(permit?.release);

    expect(semaphore.available).toBe(3);
    expect(permit?.release).toThrow("permit released twice");
  });
});
