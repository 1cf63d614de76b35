import { describe, expect, it } from "@jest/globals";

import { Semaphore } from "../../src/sync/semaphore.js";
import { collect } from "../support/process.js";
import { Continuations, pending, settle } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe("Semaphore.acquire, with a signal", () => {
  describe("aborted before the call", () => {
    it("C7, G110: rejects with the reason even if permits are there, and nothing happens", async () => {
      const semaphore = new Semaphore(2);

      await expect(semaphore.acquire(1, { signal: aborted() })).rejects.toBe(reason);

      expect(semaphore.available).toBe(2);
    });

    it("C7, G110: rejects with the reason if it would wait, and holds up nothing", async () => {
      const semaphore = new Semaphore(2);
      const held = semaphore.tryAcquire(2);

      await expect(semaphore.acquire(2, { signal: aborted() })).rejects.toBe(reason);
      await expect(semaphore.acquire(3, { signal: aborted() })).rejects.toBe(reason);
      held?.release();

      expect(semaphore.tryAcquire(2)).toBeDefined();
    });
  });

  describe("aborted while it waits", () => {
    it("C7, G111: rejects with the reason, and leaves the semaphore as if it had not been", async () => {
      const semaphore = new Semaphore(2);
      const held = semaphore.tryAcquire(2);
      const abort = new AbortController();
      const permits = [semaphore.acquire(), semaphore.acquire(1, abort), semaphore.acquire()];
      const outcomes = Promise.allSettled(permits);

      abort.abort(reason);
      expect(semaphore.available).toBe(0);
      held?.release();

      expect(semaphore.available).toBe(0);
      const [first, second, third] = await outcomes;
      expect([first?.status, second, third?.status]).toEqual([
        "fulfilled",
        { status: "rejected", reason },
        "fulfilled",
      ]);
    });

    it("W3, G112: a cancelled head wakes those behind it that now fit, in order", async () => {
      const semaphore = new Semaphore(5);
      semaphore.tryAcquire(2);
      const abort = new AbortController();
      const continuations = new Continuations();
      const head = semaphore.acquire(4, abort);
      const behind = [1, 2, 1].map((n) => semaphore.acquire(n));
      continuations.note("head", head);
      for (const i of [2, 1, 0]) continuations.note(String(i), behind[i]!);

      abort.abort(reason);

      expect(semaphore.available).toBe(0);
      await settle();
      expect(continuations.order).toEqual(["head!", "0", "1"]);
    });

    it("W3, G112: a cancelled head wakes none if the next does not fit", async () => {
      const semaphore = new Semaphore(5);
      const held = semaphore.tryAcquire(2);
      const abort = new AbortController();
      const head = semaphore.acquire(5, abort);
      const behind = [semaphore.acquire(4), semaphore.acquire(1)] as const;

      abort.abort(reason);

      await expect(head).rejects.toBe(reason);
      expect(await pending(behind[0])).toBe(true);
      expect(await pending(behind[1])).toBe(true);
      expect(semaphore.available).toBe(3);
      held?.release();
      expect(semaphore.available).toBe(0);
    });

    it("C7: one that is cancelled in the middle wakes none", async () => {
      const semaphore = new Semaphore(2);
      semaphore.tryAcquire();
      const abort = new AbortController();
      const permits = [semaphore.acquire(2), semaphore.acquire(2, abort), semaphore.acquire(1)];
      const outcomes = permits.map((permit) => pending(permit));

      abort.abort(reason);

      expect(semaphore.available).toBe(1);
      expect(await Promise.all(outcomes)).toEqual([true, false, true]);
    });

    it("W3, G113: ends the wait for more than there is", async () => {
      const semaphore = new Semaphore(2);
      const abort = new AbortController();
      const unsatisfiable = semaphore.acquire(3, abort);

      abort.abort(reason);

      await expect(unsatisfiable).rejects.toBe(reason);
      expect(semaphore.available).toBe(2);
      expect(listeners(abort.signal)).toBe(0);
    });

    it("C7, C10: withdraws very many that wait with it, and those behind them go on", async () => {
      const semaphore = new Semaphore(2);
      semaphore.tryAcquire();
      const abort = new AbortController();
      const withdrawn = Array.from({ length: isFull ? 50_000 : 10_000 }, () =>
        semaphore.acquire(2, abort),
      );
      const outcomes = Promise.allSettled(withdrawn);
      const last = semaphore.acquire(1);
      const warnings = await collect("warning", () => {
        abort.abort(reason);
      });

      expect(semaphore.available).toBe(0);
      expect(await pending(last)).toBe(false);
      expect((await outcomes).every(({ status }) => status === "rejected")).toBe(true);
      expect(warnings).toEqual([]);
    });
  });

  describe("aborted in the tick of the grant", () => {
    it("C7, G111: the abort comes first: the permit goes to the next in line", async () => {
      const semaphore = new Semaphore(1);
      const held = semaphore.tryAcquire();
      const abort = new AbortController();
      const permits = [semaphore.acquire(1, abort), semaphore.acquire()] as const;

      abort.abort(reason);
      held?.release();

      await expect(permits[0]).rejects.toBe(reason);
      expect(semaphore.available).toBe(0);
      expect(await pending(permits[1])).toBe(false);
    });

    it("C7: the grant comes first: aborting changes nothing", async () => {
      const semaphore = new Semaphore(1);
      const held = semaphore.tryAcquire();
      const abort = new AbortController();
      const permits = [semaphore.acquire(1, abort), semaphore.acquire()] as const;

      held?.release();
      abort.abort(reason);

      expect(await pending(permits[1])).toBe(true);
      (await permits[0]).release();
      expect(await pending(permits[1])).toBe(false);
    });

    it("C7: the permits were there at the call: aborting changes nothing", async () => {
      const semaphore = new Semaphore(1);
      const abort = new AbortController();

      const permit = semaphore.acquire(1, abort);
      abort.abort(reason);

      (await permit).release();
      expect(semaphore.available).toBe(1);
    });
  });

  describe("whose other listener acts first", () => {
    /** A controller whose signal has a listener before any request waits with it. */
    function abortDoing(act: () => void): AbortController {
      const abort = new AbortController();
      abort.signal.addEventListener("abort", act);
      return abort;
    }

    it("C7: an aborted request is granted nothing that is released: the next in line is", async () => {
      const semaphore = new Semaphore(1);
      const held = semaphore.tryAcquire();
      const abort = abortDoing(() => held?.release());
      const permits = [1, 2].map(() => semaphore.acquire(1, abort));
      const outcomes = Promise.allSettled(permits);
      const last = semaphore.acquire();

      abort.abort(reason);

      expect(semaphore.available).toBe(0);
      expect(await pending(last)).toBe(false);
      expect(await outcomes).toEqual(permits.map(() => ({ status: "rejected", reason })));
    });

    it("C7: what is released stays if all waiters are aborted", async () => {
      const semaphore = new Semaphore(1);
      const held = semaphore.tryAcquire();
      const seen: number[] = [];
      const abort = abortDoing(() => {
        held?.release();
        seen.push(semaphore.available);
      });
      const permit = semaphore.acquire(1, abort);
      void Promise.allSettled([permit]);

      abort.abort(reason);

      expect(seen).toEqual([1]);
      await expect(permit).rejects.toBe(reason);
      expect(semaphore.available).toBe(1);
    });

    it("C7: an aborted head blocks none behind it", async () => {
      const semaphore = new Semaphore(3);
      semaphore.tryAcquire();
      const tried: unknown[] = [];
      const abort = abortDoing(() => tried.push(semaphore.tryAcquire(2)));
      const head = semaphore.acquire(3, abort);
      void Promise.allSettled([head]);

      abort.abort(reason);

      expect(tried[0]).toBeDefined();
      expect(semaphore.available).toBe(0);
      await expect(head).rejects.toBe(reason);
    });

    it("C7, G109: a try does not overtake those behind an aborted head", async () => {
      const semaphore = new Semaphore(3);
      semaphore.tryAcquire(2);
      const tried: unknown[] = [];
      const abort = abortDoing(() => tried.push(semaphore.tryAcquire()));
      const permits = [semaphore.acquire(3, abort), semaphore.acquire(1)] as const;
      void Promise.allSettled(permits);

      abort.abort(reason);

      expect(tried).toEqual([undefined]);
      expect(semaphore.available).toBe(0);
      await expect(permits[0]).rejects.toBe(reason);
      expect(await pending(permits[1])).toBe(false);
    });
  });
});
