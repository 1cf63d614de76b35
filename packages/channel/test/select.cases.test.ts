import { describe, expect, it } from "@jest/globals";

import { type Case, send } from "../src/cases.js";
import { Chan } from "../src/chan.js";
import type { RecvChan, SendChan } from "../src/directions.js";
import { select, trySelect } from "../src/select.js";
import { Count } from "./support/kinds.js";
import { got } from "./support/outcomes.js";
import { pending } from "./support/settle.js";
import { expectNobodyWaits } from "./support/waiting.js";

const sent = { ok: true, value: undefined, done: false };

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

    it.each([null, undefined, 1, "cases", true, () => [], new Chan(), new Count(1)])(
      "S9: so is what is neither an object nor an array of cases: %p",
      async (cases) => {
        const error = new TypeError("select takes an object or an array of cases");
        await expect(select(cases as never)).rejects.toThrow(error);
        expect(() => trySelect(cases as never)).toThrow(error);
      },
    );

    it("S9: select rejects with it, and does not throw", async () => {
      let rejected: Promise<unknown> | undefined;

      expect(() => (rejected = select({ it: 1 } as never))).not.toThrow();

      await expect(rejected).rejects.toThrow("case it ");
    });
  });
});
