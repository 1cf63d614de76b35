import { describe, expect, it } from "@jest/globals";

import { onAbort, type AbortTarget } from "../../src/wait/abort.js";
import { isGarbage } from "../support/memory.js";
import { collect } from "../support/process.js";
import { countCalls, listeners, reason } from "../support/signals.js";
import { countTouches } from "../support/touches.js";

describe("onAbort", () => {
  it("cancels with the reason, once", () => {
    const abort = new AbortController();
    const { target, cancelled } = recorder();
    onAbort(abort.signal, target("a"));

    abort.abort(reason);
    abort.signal.dispatchEvent(new Event("abort"));

    expect(cancelled).toEqual([["a", reason]]);
  });

  it("throws the reason if the signal is aborted already, since no abort would follow", () => {
    const { target } = recorder();

    expect(() => onAbort(AbortSignal.abort(new Error("late")), target("a"))).toThrow("late");
  });

  it("C7: has one listener a signal, and none once all are gone", () => {
    const { signal } = new AbortController();
    const { target } = recorder();
    const links = ["a", "b", "c"].map((name) => onAbort(signal, target(name)));

    const counts = [listeners(signal)];
    for (const link of links) {
      link.remove();
      counts.push(listeners(signal));
    }

    expect(counts).toEqual([1, 1, 1, 0]);
  });

  it("C7: may be used again once all are gone", () => {
    const abort = new AbortController();
    const { target, cancelled } = recorder();
    onAbort(abort.signal, target("a")).remove();
    onAbort(abort.signal, target("b"));

    abort.abort(reason);

    expect(cancelled).toEqual([["b", reason]]);
    expect(listeners(abort.signal)).toBe(0);
  });

  it("C7: cancels in the order of arrival those whose link has not been removed", () => {
    const abort = new AbortController();
    const { target, cancelled } = recorder();
    const links = ["a", "b", "c", "d", "e"].map((name) => onAbort(abort.signal, target(name)));

    for (const i of [2, 0, 4]) links[i]?.remove();
    onAbort(abort.signal, target("f"));
    abort.abort(reason);

    expect(cancelled.map(([name]) => name)).toEqual(["b", "d", "f"]);
  });

  it("C7: does not cancel a target that is removed while others are cancelled", () => {
    const abort = new AbortController();
    const { target, cancelled } = recorder();
    onAbort(abort.signal, { cancel: () => links.forEach((link) => link.remove()) });
    const links = [onAbort(abort.signal, target("a")), onAbort(abort.signal, target("b"))];

    abort.abort(reason);

    expect(cancelled).toEqual([]);
  });

  it("C7: cancels the others although one of them throws", async () => {
    const abort = new AbortController();
    const { target, cancelled } = recorder();
    const error = new Error("thrown by cancel");
    onAbort(abort.signal, target("a"));
    onAbort(abort.signal, {
      cancel: () => {
        throw error;
      },
    });
    onAbort(abort.signal, target("c"));

    const uncaught = await collect("uncaughtException", () => abort.abort(reason));

    expect(cancelled.map(([name]) => name)).toEqual(["a", "c"]);
    expect(uncaught).toEqual([error]);
  });

  it("C10: removing a link from the middle of 10,000 touches its neighbours only", () => {
    const { signal } = new AbortController();
    const { target } = recorder();
    const same = target("a");
    const links = Array.from({ length: 10_000 }, () => onAbort(signal, same));
    const touches = countTouches(links, ["next", "previous"]);
    const calls = countCalls(signal);

    for (let i = 2_500; i < 7_500; i++) links[i]?.remove();

    expect(touches.count / 5_000).toBeLessThanOrEqual(10);
    expect(calls).toEqual({ added: 0, removed: 0 });
  });

  it("C10: a removed link keeps no reference to what waited beside it", async () => {
    const { signal } = new AbortController();
    const { target } = recorder();
    const first = onAbort(signal, target("a"));
    const neighbour = ((): WeakRef<AbortTarget> => {
      const second = target("b");
      const link = onAbort(signal, second);
      first.remove();
      link.remove();
      return new WeakRef(second);
    })();

    expect(await isGarbage(neighbour)).toBe(true);
    expect(first.signal).toBeUndefined();
  });

  describe("a link", () => {
    it("knows its signal until it is removed", () => {
      const { signal } = new AbortController();
      const link = onAbort(signal, recorder().target("a"));
      expect(link.signal).toBe(signal);

      link.remove();

      expect(link.signal).toBeUndefined();
    });

    it("may be removed twice", () => {
      const abort = new AbortController();
      const { target, cancelled } = recorder();
      const link = onAbort(abort.signal, target("a"));
      onAbort(abort.signal, target("b"));

      link.remove();
      link.remove();
      abort.abort(reason);

      expect(cancelled.map(([name]) => name)).toEqual(["b"]);
    });

    it("is gone by the time its target is cancelled", () => {
      const abort = new AbortController();
      let signal: AbortSignal | undefined = abort.signal;
      const link = onAbort(abort.signal, {
        cancel: () => {
          signal = link.signal;
        },
      });

      abort.abort(reason);

      expect(signal).toBeUndefined();
    });
  });

  /** Makes targets, and tells which was cancelled with what. */
  function recorder(): {
    target: (name: string) => AbortTarget;
    cancelled: (readonly [name: string, reason: unknown])[];
  } {
    const cancelled: (readonly [string, unknown])[] = [];
    const target = (name: string): AbortTarget => ({
      cancel: (because) => void cancelled.push([name, because]),
    });
    return { target, cancelled };
  }
});
