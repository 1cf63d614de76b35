// Signals that are not the platform's, and those that break.

import { afterEach, describe, expect, it } from "@jest/globals";

import { onAbort } from "../../src/wait/abort.js";
import { Chan } from "../../src/chan/chan.js";
import { CustomChan } from "../../src/chan/custom-chan.js";
import type { Received } from "../../src/state/types.js";
import { select } from "../../src/select/select.js";
import { Semaphore } from "../../src/sync/semaphore.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { forms } from "../support/forms.js";
import { Shelf } from "../support/kinds.js";
import { got } from "../support/outcomes.js";
import { countCalls, reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { isAborted } from "../../src/util/signals.js";

/** A signal as React Native has it: listeners are functions, and there is nothing that is newer. */
class OldSignal {
  aborted = false;
  readonly listeners = new Set<() => void>();

  addEventListener(_type: "abort", listener: () => void): void {
    this.listeners.add(listener);
  }

  removeEventListener(_type: "abort", listener: () => void): void {
    this.listeners.delete(listener);
  }

  abort(): void {
    this.aborted = true;
    for (const listener of [...this.listeners]) listener();
  }
}

const broken = new Error("a signal that is broken");
const fail = (): never => {
  throw broken;
};

/** An `OldSignal`, with changes, in options. */
function optionsWith(changes: object): { signal: AbortSignal; old: OldSignal } {
  const old = Object.defineProperties(new OldSignal(), Object.getOwnPropertyDescriptors(changes));
  return { signal: old as unknown as AbortSignal, old };
}

describe.each(forms)("by $name (S8)", ({ recv, send }) => {
  it("B10: null is no signal, also while it waits", async () => {
    const ch = new Chan<string>();
    const received = recv(ch, { signal: null });
    await send(ch, "a", { signal: null });

    expect(await received).toMatchObject(got("a"));
  });

  it("B10: a signal without throwIfAborted and reason withdraws what waits", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({});
    const [received, sent] = [recv(ch, { signal }), send(new Chan<string>(), "a", { signal })];
    expect(old.listeners.size).toBe(1);

    old.abort();

    for (const outcome of [received, sent, recv(ch, { signal })]) {
      await expect(outcome).rejects.toMatchObject({
        name: "AbortError",
        message: "This operation was aborted",
        code: 20,
      });
      await expect(outcome).rejects.toBeInstanceOf(DOMException);
    }
    expect(old.listeners.size).toBe(0);
    expectNobodyWaits(ch);
  });

  it("B10: one with a reason gives that", async () => {
    const { signal, old } = optionsWith({ reason });
    const received = recv(new Chan<string>(), { signal });

    old.abort();

    await expect(received).rejects.toBe(reason);
    await expect(recv(new Chan<string>(), { signal })).rejects.toBe(reason);
  });

  it.each([
    ["addEventListener", { addEventListener: undefined }, "[object Object]"],
    ["removeEventListener", { removeEventListener: undefined }, "[object Object]"],
  ])(
    "B10: one without %s is a TypeError before anything has happened",
    async (_, changes, shown) => {
      const { signal } = optionsWith(changes);
      const ch = new Chan<string>(1);
      const error = new TypeError(`signal must be an AbortSignal, not ${shown}`);

      await expect(send(ch, "a", { signal })).rejects.toThrow(error);
      expect(ch.len).toBe(0);
      ch.trySend("b");
      await expect(recv(ch, { signal })).rejects.toThrow(error);
      expect(ch.len).toBe(1);
    },
  );

  it("B10: what is no object is one, too", async () => {
    const ch = new Chan<string>(1);

    for (const signal of ["signal", 1, false, Symbol("signal")]) {
      await expect(send(ch, "a", { signal: signal as never })).rejects.toThrow(
        /^signal must be an AbortSignal, not ("signal"|1|false|Symbol\(signal\))$/,
      );
    }
    expect(ch.len).toBe(0);
  });

  it("B10: one whose addEventListener throws rejects the wait, which leaves nothing", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({ addEventListener: fail });

    await expect(recv(ch, { signal })).rejects.toBe(broken);
    expectNobodyWaits(ch);

    // It may be mended: nothing of the failure has stayed.
    delete (old as Partial<OldSignal>).addEventListener;
    const received = recv(ch, { signal });
    expect(old.listeners.size).toBe(1);
    ch.trySend("a");
    expect(await received).toMatchObject(got("a"));
  });

  it("B10: one whose removeEventListener throws neither loses a value nor stays in a queue", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({ removeEventListener: fail });
    const received = recv(ch, { signal });
    const next = recv(ch);

    expect([ch.trySend("a"), ch.trySend("b"), ch.trySend("c")]).toEqual([true, true, false]);

    expect(await received).toMatchObject(got("a"));
    expect(await next).toMatchObject(got("b"));
    old.abort();
    expectNobodyWaits(ch);
  });

  it("B10: one whose removeEventListener throws can be waited with again", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({ removeEventListener: fail, reason });
    const received = recv(ch, { signal });
    ch.trySend("a");
    await received;

    const again = recv(ch, { signal });
    old.abort();

    await expect(again).rejects.toBe(reason);
    expectNobodyWaits(ch);
  });

  it("B10: one that is aborted as it gets a listener rejects, and leaves nothing", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({
      reason,
      addEventListener(this: OldSignal) {
        this.aborted = true;
      },
    });

    await expect(recv(ch, { signal })).rejects.toBe(reason);
    expectNobodyWaits(ch);
    expect(old.listeners.size).toBe(0);
  });

  it("B10: one that cannot tell whether it is aborted is not, and harms none behind it", async () => {
    const ch = new Chan<string>();
    const { signal } = optionsWith({
      get aborted(): boolean {
        return fail();
      },
    });
    const [received, next] = [recv(ch, { signal }), recv(ch)];

    ch.trySend("a");
    ch.trySend("b");

    expect(await received).toMatchObject(got("a"));
    expect(await next).toMatchObject(got("b"));
  });

  it("B10: one whose reason throws rejects with what it throws", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({
      get reason(): unknown {
        return fail();
      },
    });
    const received = recv(ch, { signal });

    old.aborted = true;
    ch.trySend("a");

    await expect(received).rejects.toBe(broken);
    await expect(recv(ch, { signal })).rejects.toBe(broken);
  });

  it("C12: options that throw when they are read reject, and do not throw", async () => {
    const options = {
      get signal(): AbortSignal {
        return fail();
      },
    };

    await expect(recv(new Chan<string>(), options)).rejects.toBe(broken);
    await expect(send(new Chan<string>(), "a", options)).rejects.toBe(broken);
  });

  it("B10, C4: one whose addEventListener closes the channel is told of that", async () => {
    const [ch, full] = [new Chan<string>(), new Chan<string>()];
    const closes = (of: Chan<string>) => optionsWith({ addEventListener: () => of.close() });
    const [receiving, sending] = [closes(ch), closes(full)];

    await expect(recv(ch, receiving)).resolves.toMatchObject({ ok: false, done: true });
    await expect(send(full, "a", sending)).rejects.toThrow("send on closed channel");

    for (const one of [ch, full]) expectNobodyWaits(one);
  });

  it("B10: one whose addEventListener serves the wait lets go what it has tied", async () => {
    const ch = new Chan<string>();
    const { signal, old } = optionsWith({});
    old.addEventListener = (type, listener) => {
      old.listeners.add(listener);
      expect([type, ch.trySend("a")]).toEqual(["abort", true]);
    };

    await expect(recv(ch, { signal })).resolves.toMatchObject(got("a"));

    expect(old.listeners.size).toBe(0);
    expectNobodyWaits(ch);
  });

  it("B10: one whose addEventListener serves the wait, and then throws, has served it", async () => {
    const ch = new Chan<string>();
    const { signal } = optionsWith({
      addEventListener: () => {
        ch.trySend("a");
        throw broken;
      },
    });

    await expect(recv(ch, { signal })).resolves.toMatchObject(got("a"));

    expectNobodyWaits(ch);
  });

  it("B10, C7: a wait that its channel serves at once gives its signal no listener", async () => {
    const shelf = new Shelf<string>();
    shelf.during = {
      watch: () => {
        shelf.change(["a"]);
      },
    };
    const { signal } = new AbortController();
    const calls = countCalls(signal);

    await expect(recv(shelf, { signal })).resolves.toMatchObject(got("a"));

    expect(calls).toEqual({ added: 0, removed: 0 });
  });
});

describe("a signal", () => {
  const { DOMException: platforms } = globalThis;
  afterEach(() => {
    globalThis.DOMException = platforms;
  });

  it("B10: gives what looks like a DOMException where there is none", async () => {
    Reflect.deleteProperty(globalThis, "DOMException");
    const { signal, old } = optionsWith({});
    old.abort();

    const error: unknown = await new Chan<string>().recv({ signal }).catch((e: unknown) => e);

    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe("AbortError: This operation was aborted");
    expect(error).toMatchObject({ code: 20 });
  });

  it("B10: null is none to a select, a WaitGroup and a Semaphore either", async () => {
    const ch = new Chan<string>();
    const group = new WaitGroup();
    const semaphore = new Semaphore(1);
    const permit = semaphore.tryAcquire();
    group.add();
    const options = { signal: null };
    const waits = [select([ch], options), group.wait(options), semaphore.acquire(1, options)];

    ch.trySend("a");
    group.done();
    permit?.release();

    expect(await Promise.all(waits)).toMatchObject([{ key: 0, ...got("a") }, undefined, {}]);
  });

  it("B10: an old one is taken by onAbort as well, and what is none is not", () => {
    const { signal, old } = optionsWith({ reason });
    const cancelled: unknown[] = [];
    onAbort(signal, { cancel: (because) => cancelled.push(because) });

    old.abort();

    expect(cancelled).toEqual([reason]);
    expect(() => onAbort(signal, { cancel: fail })).toThrow(reason);
    expect(() => onAbort({} as AbortSignal, { cancel: fail })).toThrow(
      new TypeError("signal must be an AbortSignal, not [object Object]"),
    );
    expect(isAborted(undefined)).toBe(false);
  });
});

describe("C7, S1: a signal that acts on the channel", () => {
  it("when it is let go does not have a receive served twice", async () => {
    const ch = new Chan<string>();
    const sent: boolean[] = [];
    const { signal } = optionsWith({ removeEventListener: () => sent.push(ch.trySend("second")) });
    const received = ch.recv({ signal });

    sent.push(ch.trySend("first"));

    expect(sent).toEqual([false, true]);
    expect(await received).toEqual(got("first"));
    expectNobodyWaits(ch);
  });

  it("when it is let go does not have a send taken twice", () => {
    const ch = new Chan<string>();
    const seen: unknown[] = [];
    const { signal } = optionsWith({ removeEventListener: () => seen.push(ch.tryRecv()) });
    void ch.send("only", { signal });

    seen.push(ch.tryRecv());

    expect(seen).toEqual([undefined, got("only")]);
    expectNobodyWaits(ch);
  });

  it("when it is let go does not have a select commit twice", async () => {
    const [a, b] = [new Chan<string>(), new Chan<string>()];
    const sent: boolean[] = [];
    const { signal } = optionsWith({ removeEventListener: () => sent.push(b.trySend("second")) });
    const selected = select([a, b], { signal });

    sent.push(a.trySend("first"));

    expect(sent).toEqual([false, true]);
    expect(await selected).toMatchObject({ key: 0, value: "first" });
    expectNobodyWaits(a, b);
  });

  it("when it is looked at is not served twice either", async () => {
    const ch = new Chan<string>();
    const seen: unknown[] = [];
    let isArmed = false;
    const { signal } = optionsWith({
      get aborted() {
        if (isArmed) {
          isArmed = false;
          seen.push(ch.trySend("second"));
        }
        return false;
      },
    });
    const received = ch.recv({ signal });
    isArmed = true;

    seen.push(ch.trySend("first"));

    expect(seen).toEqual([true, false]);
    expect(await received).toEqual(got("second"));
    expectNobodyWaits(ch);
  });

  it("when it is let go does not have its own end told twice", async () => {
    const cancelled: unknown[] = [];
    const link = onAbort(
      optionsWith({
        removeEventListener: () => {
          link.remove();
        },
      }).signal,
      { cancel: (because) => cancelled.push(because) },
    );

    link.remove();
    link.remove();

    expect(link.signal).toBeUndefined();
    expect(cancelled).toEqual([]);
  });
});

it("a signal that changes its mind between two looks costs no value of a custom channel", async () => {
  class Queue extends CustomChan<string> {
    readonly cap = 1;
    readonly #values: string[] = [];
    get len(): number {
      return this.#values.length;
    }
    protected poll(): Received<string> | undefined {
      const value = this.#values.shift();
      return value === undefined ? undefined : { ok: true, value, done: false };
    }
    protected offer(value: string): boolean {
      this.#values.push(value);
      return true;
    }
  }
  const ch = new Queue();
  let looks = 0;
  let isArmed = false;
  const { signal } = optionsWith({
    get aborted() {
      return isArmed && looks++ > 0;
    },
  });
  const received = ch.recv({ signal });
  isArmed = true;

  await ch.send("only");

  expect(await received).toEqual(got("only"));
});
