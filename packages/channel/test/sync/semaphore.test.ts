import { describe, expect, it } from "@jest/globals";

import { show } from "../../src/util/inspect.js";
import { Semaphore } from "../../src/sync/semaphore.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { isFull } from "../../../../tools/testing/depth.js";

const unusable = [0, -0, -1, 0.5, 1.5, NaN, Infinity, -Infinity, null, "1", 1n];

describe("Semaphore", () => {
  it.each([...unusable, undefined])("W3: throws RangeError for %p permits", (permits) => {
    const message = `permits must be a positive integer, not ${show(permits)}`;
    expect(() => new Semaphore(permits as number)).toThrow(new RangeError(message));
    expect(() => new Semaphore(permits as number)).toThrow(RangeError);
  });

  describe("available", () => {
    it("W3: is what is not held, at every instant", async () => {
      const semaphore = new Semaphore(5);
      const seen = [semaphore.available];

      const one = semaphore.acquire();
      seen.push(semaphore.available);
      const three = semaphore.tryAcquire(3);
      seen.push(semaphore.available);
      const four = semaphore.acquire(4);
      seen.push(semaphore.available);
      three?.release();
      seen.push(semaphore.available);
      (await one).release();
      seen.push(semaphore.available);
      (await four).release();
      seen.push(semaphore.available);

      expect(seen).toEqual([5, 4, 1, 1, 0, 1, 5]);
    });
  });

  describe("acquire", () => {
    it("C3: takes permits during the call if they are there", async () => {
      const semaphore = new Semaphore(2);

      const permit = semaphore.acquire(2);

      expect(semaphore.available).toBe(0);
      expect(await pending(permit)).toBe(false);
    });

    it("C3: waits while too few are there, and takes them during the release", async () => {
      const semaphore = new Semaphore(2);
      const held = semaphore.tryAcquire();

      const permit = semaphore.acquire(2);
      expect(await pending(permit)).toBe(true);
      expect(semaphore.available).toBe(1);
      held?.release();

      expect(semaphore.available).toBe(0);
      expect(await pending(permit)).toBe(false);
    });

    it("W3, G108: is first come, first served", async () => {
      const semaphore = new Semaphore(1);
      const continuations = new Continuations();
      const held = semaphore.tryAcquire();
      const permits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()] as const;
      for (const i of [2, 0, 1] as const) continuations.note(String(i), permits[i]);

      held?.release();
      await settle();
      expect(continuations.order).toEqual(["0"]);
      (await permits[0]).release();
      await settle();
      expect(continuations.order).toEqual(["0", "1"]);
      (await permits[1]).release();
      await settle();

      expect(continuations.order).toEqual(["0", "1", "2"]);
    });

    it("C5: requests that one release serves continue in order", async () => {
      const semaphore = new Semaphore(6);
      const continuations = new Continuations();
      const held = semaphore.tryAcquire(6);
      const permits = [1, 2, 3, 1].map((n) => semaphore.acquire(n));
      for (const i of [3, 1, 0, 2]) continuations.note(String(i), permits[i]!);

      held?.release();
      expect(semaphore.available).toBe(0);
      await settle();

      expect(continuations.order).toEqual(["0", "1", "2"]);
    });

    it("W3, G108: a large request is not starved: small ones behind it wait", async () => {
      const semaphore = new Semaphore(3);
      const held = semaphore.tryAcquire();
      const continuations = new Continuations();
      const large = semaphore.acquire(3);
      const small = semaphore.acquire(1);
      continuations.note("small", small);
      continuations.note("large", large);

      expect(semaphore.available).toBe(2);
      await settle();
      expect(continuations.order).toEqual([]);
      held?.release();
      await settle();
      expect(continuations.order).toEqual(["large"]);
      (await large).release();
      await settle();

      expect(continuations.order).toEqual(["large", "small"]);
    });

    it("W3, G108: a permit that comes back is not taken by a later request", async () => {
      const semaphore = new Semaphore(1);
      const held = semaphore.tryAcquire();
      const first = semaphore.acquire();

      held?.release();
      const late = semaphore.acquire();

      expect(semaphore.tryAcquire()).toBeUndefined();
      expect(await pending(first)).toBe(false);
      expect(await pending(late)).toBe(true);
    });

    it("W3, G113: a request for more than there is waits, and blocks no other", async () => {
      const semaphore = new Semaphore(2);
      const unsatisfiable = semaphore.acquire(3);

      const [one, two] = [semaphore.tryAcquire(), semaphore.acquire()];

      expect(one).toBeDefined();
      (await two).release();
      one?.release();
      expect(semaphore.available).toBe(2);
      expect(await pending(unsatisfiable)).toBe(true);
    });

    it.each(unusable)("W3: rejects with RangeError for %p, and nothing happens", async (n) => {
      const semaphore = new Semaphore(2);
      const message = `n must be a positive integer, not ${show(n)}`;

      await expect(semaphore.acquire(n as number)).rejects.toThrow(new RangeError(message));
      await expect(semaphore.acquire(n as number)).rejects.toThrow(RangeError);

      expect(semaphore.available).toBe(2);
      expect(semaphore.tryAcquire(2)).toBeDefined();
    });

    it("C10: has no limit to its waiters: one release serves very many", async () => {
      const many = isFull ? 50_000 : 10_000;
      const semaphore = new Semaphore(many);
      const held = semaphore.tryAcquire(many);
      const permits = Array.from({ length: many }, () => semaphore.acquire());

      held?.release();

      expect(semaphore.available).toBe(0);
      for (const permit of await Promise.all(permits)) permit.release();
      expect(semaphore.available).toBe(many);
    });
  });

  describe("tryAcquire", () => {
    it("W3: takes permits if they are there; else it changes nothing", () => {
      const semaphore = new Semaphore(3);

      expect(semaphore.tryAcquire(2)).toBeDefined();
      expect(semaphore.tryAcquire(2)).toBeUndefined();
      expect(semaphore.available).toBe(1);
      expect(semaphore.tryAcquire()).toBeDefined();
      expect(semaphore.tryAcquire()).toBeUndefined();

      expect(semaphore.available).toBe(0);
    });

    it("W3, G109: fails while a request waits, even if permits are there", async () => {
      const semaphore = new Semaphore(3);
      const held = semaphore.tryAcquire();
      const large = semaphore.acquire(3);

      expect(semaphore.tryAcquire()).toBeUndefined();

      expect(semaphore.available).toBe(2);
      held?.release();
      (await large).release();
      expect(semaphore.tryAcquire()).toBeDefined();
    });

    it("W3, G113: a try for more than there is does not wait for it", () => {
      const semaphore = new Semaphore(2);

      expect(semaphore.tryAcquire(3)).toBeUndefined();
      expect(semaphore.tryAcquire(2)).toBeDefined();
    });

    it.each(unusable)("W3: throws RangeError for %p, and nothing happens", (n) => {
      const semaphore = new Semaphore(2);
      const message = `n must be a positive integer, not ${show(n)}`;

      expect(() => semaphore.tryAcquire(n as number)).toThrow(new RangeError(message));
      expect(() => semaphore.tryAcquire(n as number)).toThrow(RangeError);

      expect(semaphore.available).toBe(2);
    });
  });
});
