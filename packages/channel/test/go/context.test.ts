// context/context_test.go: an AbortSignal is our context, a Group one that is derived.

import { describe, expect, it } from "@jest/globals";

import { Chan, Group, select } from "../../src/index.js";
import { Gate } from "../support/gate.js";
import { listeners, reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { numbers } from "./support.js";

describe("context", () => {
  it("XTestWithCancel: all who wait are told the reason, and whoever comes later", async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const abort = new AbortController();
    const wait = (): Promise<unknown>[] => [a.recv(abort), b.send(1, abort), select([a], abort)];
    const waits = wait();

    abort.abort(reason);

    expectNobodyWaits(a, b);
    for (const one of [...waits, ...wait()]) await expect(one).rejects.toBe(reason);
  });

  it("XTestParentFinishesChild: what is derived ends with what it derives from, synchronously", () => {
    const abort = new AbortController();
    const child = new Group({ signal: abort.signal });
    const grandchild = new Group({ signal: child.signal });
    const sibling = new Group();

    abort.abort(reason);

    expect([child, grandchild].map(({ signal }) => signal.reason as unknown)).toEqual([
      reason,
      reason,
    ]);
    expect(sibling.signal.aborted).toBe(false);
  });

  it("XTestChildFinishesFirst: and does not end it", async () => {
    const parent = new Group();
    const child = new Group({ signal: parent.signal });

    void child.go(() => Promise.reject(reason));

    await expect(child.wait()).rejects.toBe(reason);
    expect([child.signal.aborted, parent.signal.aborted]).toEqual([true, false]);
    await parent.wait();
  });

  it("XTestWithCancelCanceledParent: what is derived from something ended has ended", async () => {
    const child = new Group({ signal: AbortSignal.abort(reason) });

    expect(child.signal.reason).toBe(reason);
    expect(child.tryGo(() => undefined)).toBe(false);
    await expect(child.wait()).rejects.toBe(reason);
  });

  it("XTestCancelRemoves: who has ended listens no longer", async () => {
    const abort = new AbortController();
    const ch = new Chan<number>();
    const gates = [new Gate(), new Gate()] as const;
    const children = gates.map(({ promise }) => {
      const child = new Group(abort);
      void child.go(() => promise);
      return child;
    });
    const received = ch.recv(abort);
    expect(listeners(abort.signal)).toBe(1);

    ch.trySend(1);
    await received;
    gates[0].open(1);
    await children[0]?.wait();
    expect(listeners(abort.signal)).toBe(1);
    gates[1].open(1);
    await children[1]?.wait();

    expect(listeners(abort.signal)).toBe(0);
  });

  it("XTestSimultaneousCancels: a tree of a hundred may be cancelled from all its nodes", () => {
    const aborts = [new AbortController()];
    const groups = [new Group(aborts[0])];
    for (let i = 1; i < 100; i++) {
      const abort = new AbortController();
      groups[(i - 1) >> 1]!.signal.addEventListener("abort", () => abort.abort(i));
      aborts.push(abort);
      groups.push(new Group(abort));
    }

    for (const i of numbers(100).sort((a, b) => ((a * 37) % 100) - ((b * 37) % 100))) {
      aborts[i]!.abort(i);
    }

    expect(groups.every(({ signal }) => signal.aborted)).toBe(true);
    expect(aborts.map(({ signal }) => listeners(signal))).toEqual(numbers(100).fill(0));
  });

  it("XTestInterlockedCancels: cancelling a child while its parent is cancelled does no harm", async () => {
    const [parent, child] = [new AbortController(), new AbortController()];
    const ch = new Chan<number>();
    parent.signal.addEventListener("abort", () => child.abort("by parent"));
    child.signal.addEventListener("abort", () => parent.abort("by child"));
    const waits = [ch.recv(parent), ch.recv(child), ch.recv(parent)];
    const outcomes = Promise.allSettled(waits);

    parent.abort(reason);

    expect(
      (await outcomes).map((o) => (o.status === "rejected" ? (o.reason as unknown) : o)),
    ).toEqual([reason, "by parent", reason]);
    expectNobodyWaits(ch);
  });

  it("XTestCause: the first cancellation gives the reason", () => {
    const abort = new AbortController();
    const group = new Group(abort);

    abort.abort(reason);
    abort.abort("later");

    expect(group.signal.reason).toBe(reason);
  });
});
