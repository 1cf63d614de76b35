import { inspect } from "node:util";

import { describe, expect, it } from "@jest/globals";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { CustomChan, CustomRecvChan } from "../../src/chan/custom-chan.js";
import { select } from "../../src/select/select.js";
import { after, Ticker } from "../../src/index.js";
import { Count, Latest, Shelf } from "../support/kinds.js";
import { reason } from "../support/signals.js";
import { waiting } from "../support/waiting.js";

describe("a channel that is inspected", () => {
  it("C13: tells its name, cap, len, whether it is closed, and how many wait on each side", () => {
    const ch = new Chan<number>(2, { name: "jobs" });
    expect(inspect(ch)).toBe(
      "Chan { name: 'jobs', cap: 2, len: 0, closed: false, receivers: 0, senders: 0 }",
    );

    void ch.recv();
    void select([ch]);
    expect(inspect(ch)).toContain("len: 0, closed: false, receivers: 2, senders: 0");

    for (let i = 0; i < 4; i++) ch.trySend(i);
    ch.send(5).catch(() => undefined);
    select([send(ch, 6)]).catch(() => undefined);
    expect(inspect(ch)).toContain("len: 2, closed: false, receivers: 0, senders: 2");

    ch.close();
    expect(inspect(ch)).toContain("len: 2, closed: true, receivers: 0, senders: 0");
  });

  it("C13: has no name to tell if it was given none", () => {
    expect(inspect(new Chan(Infinity))).toBe(
      "Chan { cap: Infinity, len: 0, closed: false, receivers: 0, senders: 0 }",
    );
  });

  it("C13: of a custom kind tells the same; one that only receives has no senders", () => {
    class Named extends Latest<string> {
      readonly name = "newest";
    }
    const named = new Named();
    named.trySend("a");
    const count = new Count(0);
    void count.recv();

    expect(inspect(named)).toBe(
      "Named { name: 'newest', cap: 1, len: 1, closed: false, receivers: 0, senders: 0 }",
    );
    expect(inspect(count)).toBe("Count { cap: 0, len: 0, closed: false, receivers: 1 }");
    expect(inspect(new Ticker(1000))).toBe(
      "Ticker { cap: 0, len: 0, closed: false, receivers: 0 }",
    );
    expect(inspect(after(1000))).toBe("After { cap: 0, len: 0, closed: false, receivers: 0 }");
  });

  it("C13: is not changed, and none of its hooks is called", async () => {
    const shelf = new Shelf<string>();
    const abort = new AbortController();
    let shown = "";
    // Its own abort listener has yet to run.
    abort.signal.addEventListener("abort", () => (shown = inspect(shelf)));
    const received = shelf.recv(abort);
    const { length } = shelf.calls;

    inspect(shelf);
    expect(shelf.calls).toHaveLength(length);
    expect(waiting(shelf).receivers).toBe(1);
    abort.abort(reason);

    expect(shown).toContain("receivers: 1");
    await expect(received).rejects.toBe(reason);
  });

  it("C13: survives getters of a subclass that throw", () => {
    class Hostile extends Count {
      override readonly cap = {} as never;
      get name(): string {
        throw new Error("hostile");
      }
      override get closed(): boolean {
        throw new Error("hostile");
      }
    }

    expect(inspect(new Hostile(1))).toBe(
      "Hostile { cap: '[object Object]', len: 0, closed: '<threw>', receivers: 0 }",
    );
  });

  it("C13: tells its class to Object.prototype.toString, a subclass its own", () => {
    class Mine extends Chan<string> {}
    const tags = [new Chan(), new Mine(), new Latest(), new Count(1), new Ticker(1), after(1)].map(
      (chan) => Object.prototype.toString.call(chan),
    );

    expect(tags).toEqual([
      ...["[object Chan]", "[object Mine]", "[object Latest]"],
      ...["[object Count]", "[object Ticker]", "[object After]"],
    ]);
    const tagOf = (thing: object): string => Object.prototype.toString.call(thing);
    expect([Chan, CustomChan, CustomRecvChan].map(({ prototype }) => tagOf(prototype))).toEqual([
      ...["[object Chan]", "[object CustomChan]", "[object CustomRecvChan]"],
    ]);
    expect(tagOf(send(new Chan<string>(), "a"))).toBe("[object SendCase]");
  });

  it("C13: is left alone by Vue's reactive, which asks that, and goes on working", () => {
    const ch = new Chan<string>(1);
    expect(vueMakesProxyOf(ch)).toBe(false);
    expect(vueMakesProxyOf(new Latest<string>())).toBe(false);
    expect(vueMakesProxyOf({ ch })).toBe(true);
  });

  /** As `getTargetType` of @vue/reactivity decides. */
  function vueMakesProxyOf(value: object): boolean {
    const rawType = Object.prototype.toString.call(value).slice(8, -1);
    const isMarked = (value as { __v_skip?: boolean }).__v_skip === true;
    const targets = ["Object", "Array", "Map", "Set", "WeakMap", "WeakSet"];
    return !isMarked && Object.isExtensible(value) && targets.includes(rawType);
  }
});

describe("an iterator of a channel", () => {
  it("C13: tells its class, and whether its loop has been left", async () => {
    const iterator = new Chan<number>().values();
    expect(inspect(iterator)).toBe("RecvIterator { left: false }");
    expect(Object.prototype.toString.call(iterator)).toBe("[object RecvIterator]");

    await iterator.return?.();

    expect(inspect(iterator)).toBe("RecvIterator { left: true }");
  });
});

describe("the name of a channel", () => {
  it.each([Symbol("jobs"), 3, null])("is a string: %p is a TypeError", (name) => {
    const wrong = (): unknown => new Chan(0, { name: name as never });

    expect(wrong).toThrow(TypeError);
    expect(wrong).toThrow(`name must be a string, not ${String(name)}`);
  });

  const named = (): Chan<string> => new Chan(0, { name: 'the "jobs"' });

  it("B7: stands in the errors of a send and of a close on a closed channel", async () => {
    const ch = named();
    const sent = ch.send("a");
    ch.close();

    const message = String.raw`send on closed channel "the \"jobs\""`;
    await expect(sent).rejects.toThrow(new Error(message));
    await expect(ch.send("b")).rejects.toThrow(new Error(message));
    expect(() => ch.trySend("b")).toThrow(new Error(message));
    expect(() => {
      ch.close();
    }).toThrow(new Error(String.raw`close of closed channel "the \"jobs\""`));
  });

  it("B7: stands in those of a custom kind, if it has one", () => {
    class Named extends Latest<string> {
      readonly name = "newest";
    }
    const [ch, anonymous] = [new Named(), new Latest<string>()];
    ch.close();
    anonymous.close();

    expect(() => ch.trySend("b")).toThrow(new Error('send on closed channel "newest"'));
    expect(() => {
      ch.close();
    }).toThrow(new Error('close of closed channel "newest"'));
    expect(() => anonymous.trySend("b")).toThrow(new Error("send on closed channel"));
    expect(() => {
      anonymous.close();
    }).toThrow(new Error("close of closed channel"));
  });

  it("B7: stands in errors of the constructor", () => {
    const options = { name: "jobs" };
    const make = (cap: unknown, more: object): unknown =>
      new Chan(cap as number, { ...options, ...more });

    expect(() => make("3", {})).toThrow(
      new RangeError('cap of channel "jobs" must be a non-negative integer or Infinity, not "3"'),
    );
    expect(() => make(1, { overflow: "x" })).toThrow(
      new TypeError(
        'overflow of channel "jobs" must be "block", "dropOldest" or "dropNewest", not "x"',
      ),
    );
    expect(() => make(0, { overflow: "dropNewest" })).toThrow(
      new RangeError('overflow "dropNewest" of channel "jobs" needs a cap of at least 1'),
    );
  });
});
