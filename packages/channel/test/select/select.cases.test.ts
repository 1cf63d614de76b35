import { runInNewContext } from "node:vm";

import { describe, expect, it, jest } from "@jest/globals";

import { type Case, send } from "../../src/select/cases.js";
import { after } from "../../src/time/after.js";
import { Broadcast } from "../../src/flow/broadcast.js";
import { Limiter } from "../../src/sync/limiter.js";
import { Chan } from "../../src/chan/chan.js";
import type { RecvChan, SendChan } from "../../src/state/types.js";
import { Group } from "../../src/sync/group.js";
import { select, trySelect } from "../../src/select/select.js";
import { Count } from "../support/kinds.js";
import { got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";

const sent = { ok: true, value: undefined, done: false };
const COPIES =
  ": it looks like one, but two copies of the package may be loaded, or a proxy is around it";

describe("select", () => {
  describe("a nil case", () => {
    const nils: Case[] = [null, undefined, false];

    it("S3: is never ready, and does not disturb the others", async () => {
      const ch = new Chan<string>(1);
      const off = nils.map((nil) => send(nil as null, "never"));

      for (let i = 0; i < 20; i++) {
        ch.trySend("a");
        expect(await select([...nils, ch, ...off])).toEqual({ key: 3, ...got("a") });
        expect(trySelect([...nils, ...off])).toBeUndefined();
      }
    });

    it.each([
      ["an empty object", {}],
      ["an empty array", []],
      ["nil cases in an object", { a: null, b: undefined, c: false, d: send(null, 1) }],
      ["nil cases in an array", [null, undefined, false, send(undefined, 1), send(false, 1)]],
      // eslint-disable-next-line no-sparse-arrays
      ["holes", [, ,] as Case[]],
    ] as [string, Case[]][])(
      "S3: a select of %s waits for ever, or for its signal",
      async (_, cases) => {
        const abort = new AbortController();
        const chosen = select(cases, abort);

        expect(trySelect(cases)).toBeUndefined();
        expect(await pending(select(cases))).toBe(true);
        expect(await pending(chosen)).toBe(true);
        abort.abort("reason");

        await expect(chosen).rejects.toBe("reason");
      },
    );
  });

  describe("a case", () => {
    it("S7: may be used again", async () => {
      const ch = new Chan<string>(2);
      const out = send(ch, "a");

      await select([out]);
      await select({ out });

      expect(ch.len).toBe(2);
    });

    it("S7: may be used by selects that run at the same time", async () => {
      const ch = new Chan<string>();
      const cases = { out: send(ch, "a"), idle: new Chan<string>() };
      const chosen = [select(cases), select(cases), select(cases)];

      expect([ch.tryRecv(), ch.tryRecv(), ch.tryRecv()]).toEqual([got("a"), got("a"), got("a")]);

      expect(await Promise.all(chosen)).toEqual(Array(3).fill({ key: "out", ...sent }));
      expectNobodyWaits(ch, cases.idle);
    });

    it("S7: does nothing before a select chooses it, and has the value of its making", () => {
      const ch = new Chan<number>(1);
      let value = 1;

      const out = send(ch, value);
      value = 2;

      expect(ch.len).toBe(0);
      trySelect([out]);
      expect(ch.tryRecv()).toEqual(got(1));
      expect(value).toBe(2);
    });

    it("S7: is read once, on entry", async () => {
      const [a, b] = [new Chan<string>(), new Chan<string>()];
      let reads = 0;
      const cases = {
        get it(): Chan<string> {
          reads++;
          return a;
        },
      };

      const chosen = select(cases);
      expect(reads).toBe(1);
      Object.defineProperty(cases, "it", { value: b });
      a.trySend("a");

      expect(await chosen).toEqual({ key: "it", ...got("a") });
      expect(reads).toBe(1);
    });

    it("S7: is all that is read, once, whatever its name", () => {
      const ch = new Chan<string>(2);
      ch.trySend("a");
      const reads: PropertyKey[] = [];
      const cases = new Proxy(
        { it: null, then: ch },
        {
          get(target, name) {
            reads.push(name);
            return Reflect.get(target, name) as unknown;
          },
        },
      );

      expect(trySelect(cases)).toEqual({ key: "then", ...got("a") });
      expect(reads).toEqual(["it", "then"]);
    });

    it("S7: changing the array while the select waits changes nothing", async () => {
      const [a, b] = [new Chan<string>(), new Chan<string>()];
      const cases: Chan<string>[] = [a];

      const chosen = select(cases);
      cases[0] = b;
      cases.push(b);
      a.trySend("a");

      expect(await chosen).toEqual({ key: 0, ...got("a") });
      expectNobodyWaits(a, b);
    });

    it("S10: has a string for a key if its name is a number, and a number if it is an index", () => {
      const ch = new Chan<string>(2);
      ch.trySend("a");
      ch.trySend("b");

      expect(trySelect({ 1: ch })).toStrictEqual({ key: "1", ...got("a") });
      expect(trySelect([null, ch])).toStrictEqual({ key: 1, ...got("b") });
    });

    it("S10: may stand in an object of a class, of another realm, or without a prototype", async () => {
      class Cases {
        readonly it = new Chan<string>(1);
        readonly off = null;
        unused(): void {
          this.it.close();
        }
      }
      const { it } = new Cases();
      const foreign = runInNewContext("({})") as { it?: Chan<string> };
      const bare = Object.create(null) as { it?: Chan<string> };
      expect([trySelect(foreign), trySelect(bare)]).toEqual([undefined, undefined]);

      for (const cases of [
        Object.assign(new Cases(), { it }),
        Object.assign(foreign, { it }),
        Object.assign(bare, { it }),
        Object.freeze({ it }),
        new Proxy({ it }, {}),
      ]) {
        it.trySend("a");
        expect(await select(cases)).toEqual({ key: "it", ...got("a") });
      }
    });

    it("S10: may be switched off in an object of a class", () => {
      class Off {
        readonly off = undefined;
      }

      expect([trySelect<{ off?: Chan<string> }>(new Off() as never)]).toEqual([undefined]);
    });

    it("S9: may be a view of one direction", async () => {
      const ch = new Chan<string>(1);
      const sending: SendChan<string> = ch;
      const receiving: RecvChan<string> = ch;

      await select([send(sending, "a")]);

      expect(await select([receiving])).toEqual({ key: 0, ...got("a") });
    });

    it("S9: may be a channel of a custom kind", async () => {
      expect(await select([new Count(1)])).toEqual({ key: 0, ...got(1) });
      expect(trySelect({ it: new Count(1) })).toEqual({ key: "it", ...got(1) });
    });
  });

  describe("what is no case", () => {
    const ready = new Chan<string>(1);
    const lookalike = { recv: () => undefined, tryRecv: () => got(1), cap: 0, len: 1 };
    const wrong: [string, unknown][] = [
      ["true", true],
      ["0", 0],
      ["an empty string", ""],
      ["a text", "channel"],
      ["NaN", NaN],
      ["a symbol", Symbol("channel")],
      ["a function", () => ready],
      ["an object", {}],
      ["an array with a channel", [ready]],
      ["a promise", Promise.resolve(ready)],
      ["what looks like a channel", lookalike],
      ["a proxy of a channel", new Proxy(ready, {})],
      ["the prototype of channels", Chan.prototype],
      ["a send to a text", send("channel" as never, "a")],
      ["a send to an object", send({} as never, "a")],
      ["a send to true", send(true as never, "a")],
      ["a send to what can only be received from", send(new Count(1) as never, "a")],
      ["a send case of a send case", send(send(ready, "a") as never, "b")],
    ];

    it.each(wrong)("S9: is a TypeError, and nothing has happened: %s", async (_, it) => {
      for (const cases of [{ ready, it }, { it, ready }, [ready, it], [it, send(ready, "b")]]) {
        while (ready.trySend("a"));

        const error = expect.objectContaining({
          name: "TypeError",
          message: expect.stringMatching(
            /^case .* (is neither a channel,|sends to what is not a) /,
          ),
        });
        await expect(select(cases as never)).rejects.toEqual(error);
        expect(() => trySelect(cases as never)).toThrow(error);

        expect(ready.len).toBe(1);
        expectNobodyWaits(ready);
      }
    });

    const notRecords: [string, unknown][] = [
      ["null", null],
      ["undefined", undefined],
      ["1", 1],
      ['"cases"', "cases"],
      ["true", true],
      ["[object Function]", () => []],
      ["[object Chan]", new Chan()],
      ["[object Count]", new Count(1)],
      ["[object SendCase]", send(ready, "a")],
      ["[object Map]", new Map([["it", ready]])],
      ["[object Set]", new Set([ready])],
      ["[object Array Iterator]", [ready].values()],
      ["[object AsyncGenerator]", (async function* () {})()],
      ["[object Object]", { [Symbol.asyncIterator]: () => ready[Symbol.asyncIterator]() }],
      ["[object Object]", { [Symbol("it")]: ready }],
      ["[object RecvIterator]", ready.values()],
      ["[object Object]", { it: ready, *[Symbol.iterator]() {} }],
      ["[object Promise]", Object.assign(Promise.resolve(), { it: ready })],
      ["[object Object]", Object.assign(Object.create({ *[Symbol.iterator]() {} }), { ready })],
      ["[object Object]", Object.create({ it: ready })],
      ["[object Date]", new Date()],
      ["[object Promise]", Promise.resolve({ it: ready })],
      ["[object WeakMap]", new WeakMap()],
      ["[object Error]", new Error("no case")],
      ["[object Group]", new Group()],
      // Their fields look like cases that are switched off.
      ["[object Broadcast]", new Broadcast()],
      ["[object Limiter]", new Limiter({ limit: 1, ref: false })],
      ["[object AbortController]", new AbortController()],
      [
        "[object Object]",
        new (class {
          get it(): Chan<string> {
            return ready;
          }
        })(),
      ],
    ];

    it.each(notRecords)(
      "S9, S10: so is what is neither an array nor a record of cases, and it is told: %s",
      async (shown, cases) => {
        const message = `select takes an object or an array of cases, not ${shown}`;

        await expect(select(cases as never)).rejects.toThrow(new TypeError(message));
        expect(() => trySelect(cases as never)).toThrow(new TypeError(message));
        expectNobodyWaits(ready);
      },
    );

    it.each([
      ["tryRecv", { tryRecv: jest.fn(), cap: 0 }],
      ["a proxy", new Proxy(ready, {})],
      ["trySend", { trySend: jest.fn(), cap: 0 }],
      ["a send case", { [Symbol.toStringTag]: "SendCase" }],
    ])("B3: what looks like one of ours may be of another copy of the package: %s", (_, it) => {
      const neither = "case it is neither a channel, nor send(...), nor switched off";
      expect(() => trySelect({ it } as never)).toThrow(new TypeError(neither + COPIES));
      expect(() => trySelect({ it: send(it as never, 1) } as never)).toThrow(
        new TypeError(`case it sends to what is not a channel to send to${COPIES}`),
      );
    });

    it.each([
      ["nothing to try with", { recv: () => undefined, cap: 0 }],
      ["no cap", { tryRecv: jest.fn() }],
      ["methods that are none", { tryRecv: 1, trySend: 2, cap: 0 }],
      ["a function", Object.assign(() => 1, { tryRecv: jest.fn(), cap: 0 })],
      ["a revoked proxy", revoked()],
    ])("B3: nothing is said of copies for what has %s", (_, it) => {
      expect(() => trySelect({ it } as never)).toThrow(
        new TypeError("case it is neither a channel, nor send(...), nor switched off"),
      );
    });

    it("B3: nor for one of ours that has but the other side", () => {
      expect(() => trySelect({ it: send(after(1, { ref: false }) as never, 1) })).toThrow(
        new TypeError("case it sends to what is not a channel to send to"),
      );
    });

    it("S9: select rejects with it, and does not throw", async () => {
      let rejected: Promise<unknown> | undefined;

      expect(() => (rejected = select({ it: 1 } as never))).not.toThrow();

      await expect(rejected).rejects.toThrow("case it ");
    });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
