import { describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { Group } from "../../src/sync/group.js";
import { failing } from "../support/failing.js";
import { Gate } from "../support/gate.js";
import { collect } from "../support/process.js";
import { settle } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe("Group", () => {
  describe("go", () => {
    it("C3: calls fn during the call, with the group's signal", async () => {
      const group = new Group();
      const fn = jest.fn();

      void group.go(fn);

      expect(fn).toHaveBeenCalledTimes(1);
      expect(fn).toHaveBeenCalledWith(group.signal);
      await group.wait();
    });

    it("W2: gives true when fn has started, and does not wait for its end", async () => {
      const group = new Group();
      const gate = new Gate();

      expect(await group.go(() => gate.promise)).toBe(true);

      gate.open(1);
      await group.wait();
    });

    it("W2: never rejects, so that it may be left floating, whatever fn does", async () => {
      const unhandled = await collect("unhandledRejection", async () => {
        const started = [
          new Group().go(failing(reason)),
          new Group().go(() => {
            throw reason;
          }),
          new Group().go(() => Promise.reject(reason)),
          new Group().go("no function" as never),
        ];
        expect(await Promise.all(started)).toEqual([true, true, true, true]);
      });

      expect(unhandled).toEqual([]);
    });

    it("W2: gives false once the group has failed, and does not call fn", async () => {
      const group = new Group();
      void group.go(failing(reason));
      await settle();
      const fn = jest.fn();

      expect(await group.go(fn)).toBe(false);
      expect(group.tryGo(fn)).toBe(false);

      expect(fn).not.toHaveBeenCalled();
      await expect(group.wait()).rejects.toBe(reason);
    });
  });

  describe("signal", () => {
    it("W2, G101: the first error aborts it, with that error as the reason", async () => {
      const group = new Group();
      const gates = [new Gate(), new Gate()] as const;
      for (const gate of gates) void group.go(() => gate.promise);
      expect(group.signal.aborted).toBe(false);

      gates[1].fail(reason);
      await settle();
      expect(group.signal.aborted).toBe(true);
      expect(group.signal.reason).toBe(reason);
      gates[0].fail(new Error("later"));
      await expect(group.wait()).rejects.toBe(reason);

      expect(group.signal.reason).toBe(reason);
    });

    it("W2: an error that is undefined gives it the platform's AbortError", async () => {
      const group = new Group();
      void group.go(failing(undefined));

      await group.wait().catch(() => undefined);

      expect(group.signal.aborted).toBe(true);
      expect((group.signal.reason as Error).name).toBe("AbortError");
    });

    it("W2, G101: it is aborted when wait settles, at the latest, and not before", async () => {
      const group = new Group();
      const gate = new Gate();
      void group.go(() => gate.promise);
      const outcome = group.wait();
      await settle();
      expect(group.signal.aborted).toBe(false);

      gate.open(1);
      await outcome;

      expect(group.signal.aborted).toBe(true);
      expect((group.signal.reason as Error).name).toBe("AbortError");
    });

    it("W2, C7: ends the waits of the functions that run when one fails", async () => {
      const group = new Group();
      const ch = new Chan<string>();
      void group.go((signal) => ch.recv({ signal }));
      void group.go((signal) => ch.recv({ signal }));

      void group.go(failing(reason));

      await expect(group.wait()).rejects.toBe(reason);
      expectNobodyWaits(ch);
    });

    it("W2: nothing is started by functions that learn of the failure from it", async () => {
      const group = new Group({ limit: 2 });
      const fn = jest.fn();
      const started: unknown[] = [];
      group.signal.addEventListener("abort", () => {
        started.push(group.go(fn), group.tryGo(fn));
      });

      void group.go(failing(reason));

      await expect(group.wait()).rejects.toBe(reason);
      expect(await Promise.all(started)).toEqual([false, false]);
      expect(fn).not.toHaveBeenCalled();
    });
  });

  describe("that is used again after wait", () => {
    it("W2: runs functions, whose signal is aborted from the start", async () => {
      const group = new Group({ limit: 1 });
      await group.wait();
      const seen: boolean[] = [];
      const fn = (signal: AbortSignal): unknown => seen.push(signal.aborted);

      expect(await Promise.all([group.go(fn), group.go(fn)])).toEqual([true, true]);

      await group.wait();
      expect(seen).toEqual([true, true]);
    });

    it("W2: fails if one of them does", async () => {
      const group = new Group();
      await group.wait();

      void group.go(failing(reason));

      await expect(group.wait()).rejects.toBe(reason);
      expect(await group.go(() => 1)).toBe(false);
    });
  });
});
