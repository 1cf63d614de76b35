// Checked by the compiler (`npm run typecheck`). What runs here shows only that it can.

import { describe, expect, it } from "@jest/globals";

import { Chan, type ChanOptions } from "../../src/chan/chan.js";
import { CustomChan, type CustomRecvChan } from "../../src/chan/custom-chan.js";
import type { Received, RecvChan, SendChan, WaitOptions } from "../../src/state/types.js";
import { Latest } from "../support/kinds.js";
import { typed } from "../support/types.js";

describe("types of channels", () => {
  it("a Chan is both directions of its type", async () => {
    const ch = new Chan<string>(2);
    const receiving: RecvChan<string> = ch;
    const sending: SendChan<string> = ch;

    await sending.send("a");
    expect(sending.trySend("b")).toBe(true);

    typed(ch.send).as<(value: string, options?: WaitOptions) => Promise<void>>();
    typed(ch.trySend).as<(value: string) => boolean>();
    typed(await receiving.recv()).as<Received<string>>();
    typed(receiving.tryRecv()).as<Received<string> | undefined>();
    typed(ch.name).as<string | undefined>();
  });

  it("a receiver of more takes a channel of less", () => {
    const ch: RecvChan<string | number> = new Chan<string>();
    const anything: RecvChan<unknown> = ch;

    expect(anything.len).toBe(0);
    // @ts-expect-error a number may come out
    const less: RecvChan<string> = new Chan<string | number>();
    expect(less.len).toBe(0);
  });

  it("a sender of less takes a channel of more", () => {
    const ch: SendChan<string> = new Chan<string | number>();
    const nothing: SendChan<never> = ch;

    expect(nothing.len).toBe(0);
    // @ts-expect-error a number may go in
    const more: SendChan<string | number> = new Chan<string>();
    // @ts-expect-error so it is from direction to direction
    const unknown: SendChan<unknown> = ch;
    expect([more.len, unknown.len]).toEqual([0, 0]);
  });

  it("B8: a Chan is invariant: what is sent as T is received as T", () => {
    const strings = new Chan<string>();
    // @ts-expect-error a number may go in
    const both: Chan<string | number> = strings;
    // @ts-expect-error a number may come out
    const less: Chan<string> = new Chan<string | number>();
    const same: Chan<string> = strings;

    expect([both.len, less.len, same.len]).toEqual([0, 0, 0]);
  });

  it("B8: a custom channel varies as its directions do", () => {
    const chan = new Latest<string>() as CustomChan<string>;
    const receiving: CustomRecvChan<string | number> = chan;
    const more: CustomChan<string | number, string> = chan;
    // @ts-expect-error a number may go in
    const both: CustomChan<string | number> = chan;
    // @ts-expect-error a number may come out
    const less: CustomRecvChan<string> = receiving;

    expect([receiving, more, both, less]).toHaveLength(4);
  });

  it("SendChan and Chan can be disposed of: that closes them", () => {
    const sending: SendChan<string> = new Chan<string>();
    {
      using out: Disposable & SendChan<string> = sending;
      expect(out.closed).toBe(false);
    }

    expect(sending.closed).toBe(true);
  });

  it("a direction is not the other, nor a Chan", () => {
    const receiving: RecvChan<string> = new Chan<string>();
    const sending: SendChan<string> = new Chan<string>();

    // @ts-expect-error it cannot be sent to
    const wrongly: SendChan<string> = receiving;
    // @ts-expect-error it cannot be received from
    const vice: RecvChan<string> = sending;
    expect([wrongly.cap, vice.cap]).toEqual([0, 0]);
  });

  it("a receiver can neither send nor close, and a sender cannot receive", () => {
    type Receiving = "recv" | "tryRecv" | "values" | typeof Symbol.asyncIterator;
    type Sending = "send" | "trySend" | "close" | typeof Symbol.dispose;
    const keys: [keyof RecvChan<string>, keyof SendChan<string>] = ["recv", "send"];

    typed(keys[0]).as<Receiving | "cap" | "len" | "closed">();
    typed(keys[1]).as<Sending | "cap" | "len" | "closed">();
    expect(keys.every((key) => key in Chan.prototype)).toBe(true);
  });

  it("a send takes values of the channel's type only", () => {
    const misuse = (ch: Chan<number>): void => {
      // @ts-expect-error a text is no number
      void ch.send("a");
      // @ts-expect-error undefined is no number
      ch.trySend(undefined);
      // @ts-expect-error a value is missing
      void ch.send();
      // @ts-expect-error it cannot be assigned
      ch.len = 1;
      // @ts-expect-error it cannot be assigned
      ch.cap = 1;
    };

    expect(misuse).toHaveLength(1);
  });

  it("a Received is narrowed by ok, and by done", () => {
    const value = (r: Received<number>): number | undefined => {
      if (r.ok) {
        typed(r.value).as<number>();
        typed(r.done).as<false>();
        return r.value;
      }
      typed(r.value).as<undefined>();
      typed(r.done).as<true>();
      return r.value;
    };
    const length = ({ done, value }: Received<string>): number => (done ? NaN : value.length);

    expect(value({ ok: true, value: 1, done: false })).toBe(1);
    expect(value({ ok: false, value: undefined, done: true })).toBeUndefined();
    expect(length({ ok: true, value: "four", done: false })).toBe(4);
  });

  it("C8: a Received is an IteratorResult, and an iterator is iterable and disposable", async () => {
    type Iterator = AsyncIterableIterator<string, undefined> & AsyncDisposable;
    const ch = new Chan<string>(1);
    ch.trySend("a");
    const received: Received<string> = await ch.recv();
    const result: IteratorResult<string, undefined> = received;

    expect(result.done).toBe(false);
    typed(ch[Symbol.asyncIterator]()).as<Iterator>();
    typed(ch.values()).as<Iterator>();
    typed((ch as RecvChan<string>).values({ signal: null })).as<Iterator>();
  });

  it("for await gives the channel's type, undefined included", async () => {
    const ch = new Chan<string | undefined>(1);
    ch.trySend(undefined);
    ch.close();

    for await (const value of ch) {
      typed(value).as<string | undefined>();
      expect(value).toBeUndefined();
    }
  });

  it("options are those of the contract, and may be undefined", () => {
    const options: ChanOptions[] = [
      {},
      { name: undefined, overflow: undefined },
      { name: "jobs", overflow: "block" },
    ];
    // @ts-expect-error there is no such word
    const wrong: ChanOptions = { overflow: "drop" };
    const wait: WaitOptions[] = [
      {},
      { signal: undefined },
      { signal: null },
      { signal: new AbortController().signal },
    ];

    expect([...options, wrong, ...wait]).toHaveLength(8);
  });

  it("a custom channel has the directions of its types", async () => {
    class Lengths extends CustomChan<number, string> {
      readonly cap = 1;
      readonly #lengths = new Chan<number>(1);
      get len(): number {
        return this.#lengths.len;
      }
      protected poll(): Received<number> | undefined {
        return this.#lengths.tryRecv();
      }
      protected offer(value: string): boolean {
        return this.#lengths.trySend(value.length);
      }
    }
    const lengths = new Lengths();
    const sending: SendChan<string> = lengths;
    const receiving: RecvChan<number> = lengths;
    const custom: CustomRecvChan<number> = lengths;

    await sending.send("four");

    expect((await receiving.recv()).value).toBe(4);
    expect(custom.len).toBe(0);
    // @ts-expect-error it takes texts, and gives numbers
    const wrong: SendChan<number> = lengths;
    // @ts-expect-error a number may go in
    const more: SendChan<string | number> = new Latest<string>();
    expect([wrong.len, more.len]).toEqual([0, 0]);
  });

  it("hooks are not for others to call", () => {
    const misuse = (latest: Latest<string>): void => {
      // @ts-expect-error it is protected
      latest.poll();
      // @ts-expect-error it is protected
      latest.offer("a");
      // @ts-expect-error it is protected
      latest.notify();
      // @ts-expect-error it is protected
      latest.end();
    };

    expect(misuse).toHaveLength(1);
  });
});
