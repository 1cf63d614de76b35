// Checked by the compiler (`npm run typecheck`). What runs here shows only that it can.

import { beforeEach, describe, expect, it } from "@jest/globals";

import {
  type Case,
  type Cases,
  type CasesOf,
  type Nil,
  send,
  type SendCase,
  type Selected,
} from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import type { RecvChan, SendChan } from "../../src/state/types.js";
import { select, trySelect } from "../../src/select/select.js";
import { Count } from "../support/kinds.js";
import { typed } from "../support/types.js";

/** What a receive case gives. */
type Received<K, T> =
  | { readonly key: K; readonly ok: true; readonly value: T; readonly done: false }
  | { readonly key: K; readonly ok: false; readonly value: undefined; readonly done: true };

/** What a send case gives. */
interface Sent<K> {
  readonly key: K;
  readonly ok: true;
  readonly value: undefined;
  readonly done: false;
}

describe("types of select", () => {
  let jobs: Chan<string>;
  let results: Chan<number>;
  let quit: Chan<null>;
  beforeEach(() => {
    jobs = new Chan(Infinity);
    results = new Chan(Infinity);
    quit = new Chan();
  });

  it("the result is a union with a member a case", async () => {
    jobs.trySend("a");

    const r = await select({ job: jobs, quit, out: send(results, 1) });

    typed(r).as<Received<"job", string> | Received<"quit", null> | Sent<"out">>();
    typed(trySelect({ job: jobs })).as<Received<"job", string> | undefined>();
    expect(["job", "out"]).toContain(r.key);
  });

  it("a switch over key narrows, and is exhaustive", async () => {
    jobs.trySend("four");
    const handle = async (head: number | undefined): Promise<number> => {
      const r = await select({ job: jobs, quit, out: head !== undefined && send(results, head) });
      switch (r.key) {
        case "job":
          if (!r.ok) {
            typed(r.value).as<undefined>();
            return 0;
          }
          typed(r.value).as<string>();
          return r.value.length;
        case "quit":
          typed(r.value).as<null | undefined>();
          return 0;
        case "out":
          typed(r.ok).as<true>();
          typed(r.value).as<undefined>();
          return 1;
        default:
          return r satisfies never;
      }
    };

    expect(await handle(undefined)).toBe(4);
  });

  it("a case that is not handled is an error", async () => {
    jobs.trySend("a");
    const r = await select({ job: jobs, quit });
    switch (r.key) {
      case "job":
        expect(r.value).toBe("a");
        break;
      default:
        // @ts-expect-error quit is not handled
        expect(r satisfies never).toBeDefined();
    }
  });

  it("destructuring narrows, too", async () => {
    jobs.trySend("four");

    const { key, ok, value } = await select({ job: jobs, quit, out: null as Nil | SendCase });

    if (key === "job" && ok) typed(value).as<string>();
    if (key === "job" && !ok) typed(value).as<undefined>();
    if (key === "quit" && ok) typed(value).as<null>();
    if (key === "out") typed(value).as<undefined>();
    typed(key).as<"job" | "quit" | "out">();
    expect(value).toBe("four");
  });

  it("the index of a tuple narrows", async () => {
    jobs.trySend("four");

    const r = await select([jobs, null, results, send(results, 1), quit]);

    typed(r.key).as<0 | 2 | 3 | 4>();
    if (r.key === 0 && r.ok) typed(r.value).as<string>();
    if (r.key === 2 && r.ok) typed(r.value).as<number>();
    if (r.key === 3) typed(r.value).as<undefined>();
    // @ts-expect-error a nil case is never chosen
    expect(r.key === 1).toBe(false);
    // @ts-expect-error there is no such case
    expect(r.key === 5).toBe(false);
  });

  it("cases in a constant keep their types", async () => {
    jobs.trySend("a");
    const object = { job: jobs, quit };
    const tuple = [jobs, quit] as const;

    typed(await select(object)).as<Received<"job", string> | Received<"quit", null>>();
    jobs.trySend("b");
    typed(await select(tuple)).as<Received<0, string> | Received<1, null>>();
    expect(jobs.tryRecv()).toBeUndefined();
  });

  it("a dynamic array gives an index that is a number", async () => {
    const chans: Chan<string>[] = [new Chan<string>(1)];
    chans[0]?.trySend("a");

    const r = await select(chans);

    typed(r).as<Received<number, string>>();
    expect(chans[r.key]).toBe(chans[0]);
  });

  it("a dynamic array of several kinds gives all of their results", async () => {
    const cases: (Chan<string> | Nil | SendCase)[] = [null, new Chan<string>(), send(results, 1)];

    const r = await select(cases);

    typed(r).as<Received<number, string> | Sent<number>>();
    expect(r.key).toBe(2);
  });

  it("a dynamic record gives a name that is a string", async () => {
    const chans: Record<string, RecvChan<string>> = { first: new Chan<string>(), jobs };
    jobs.trySend("a");

    const r = await select(chans);

    typed(r).as<Received<string, string>>();
    expect(r.key).toBe("jobs");
  });

  it("S10: numeric keys are strings", async () => {
    const dynamic: Record<number, Chan<string>> = { 7: jobs };
    jobs.trySend("a");
    jobs.trySend("b");

    const r = await select({ 1: jobs, 2: quit });

    typed(r).as<Received<"1", string> | Received<"2", null>>();
    typed(await select(dynamic)).as<Received<`${number}`, string>>();
    expect(r.key).toBe("1");
  });

  it("S10: cases may be of an interface or class type", async () => {
    interface Interface {
      job: Chan<string>;
      readonly quit?: RecvChan<null>;
      readonly out: SendCase | Nil;
    }
    class Class {
      readonly job = jobs;
      readonly quit = quit;
      readonly off = null;
    }
    const cases: Interface = { job: jobs, quit, out: undefined };
    for (const value of ["a", "b", "c"]) jobs.trySend(value);

    const r = await select(cases);

    typed(r).as<Received<"job", string> | Received<"quit", null> | Sent<"out">>();
    typed(await select(new Class())).as<Received<"job", string> | Received<"quit", null>>();
    typed(trySelect(cases)).as<Selected<Interface> | undefined>();
    expect(r.key).toBe("job");
  });

  it("S10: functions that are generic in the cases hand them on", async () => {
    const ofCases = <const C extends Cases>(cases: C): Promise<Selected<C>> => select(cases);
    const ofAny = <const C extends CasesOf<C>>(cases: C): Promise<Selected<C>> => select(cases);
    const ofElements = async <T>(first: RecvChan<T>): Promise<T | undefined> => {
      const r = await select({ first, quit });
      return r.key === "first" ? r.value : undefined;
    };
    for (const value of ["a", "b", "c"]) jobs.trySend(value);

    typed(await ofCases({ job: jobs })).as<Received<"job", string>>();
    typed(await ofAny([jobs])).as<Received<0, string>>();
    expect(await ofElements(jobs)).toBe("c");
  });

  it("nil cases vanish", async () => {
    const selects = [
      () => select({ a: null, b: undefined, c: false }),
      () => select([null, undefined, false]),
      () => select({}),
      () => select([]),
    ];
    const ifOpen = (ch: Chan<string> | null): unknown => {
      const r = trySelect({ a: null, ch });
      typed(r).as<Received<"ch", string> | undefined>();
      return r;
    };

    typed(selects).as<(() => Promise<never>)[]>();
    expect(selects).toHaveLength(4);
    expect(ifOpen(null)).toBeUndefined();
  });

  it("a case that may be missing gives no result that may be undefined", async () => {
    const cases: { job?: Chan<string>; quit: Chan<null> } = { job: jobs, quit };
    jobs.trySend("a");

    const r = await select(cases);

    typed(r).as<Received<"job", string> | Received<"quit", null>>();
    expect(r.key).toBe("job");
  });

  it("views of channels, and channels of other kinds, are cases", async () => {
    const receiving: RecvChan<string> = jobs;
    const sending: SendChan<number> = results;
    const cases: Case[] = [receiving, send(sending, 1), new Count(1)];

    const r = trySelect({ receiving, count: new Count(3) });

    typed(r).as<Received<"receiving", string> | Received<"count", number> | undefined>();
    expect(cases).toHaveLength(3);
  });

  it("send takes values of the channel's type only, and is not widened by them", () => {
    const misuse = (texts: Chan<string>, numbers: SendChan<number>): SendCase[] => [
      // @ts-expect-error a text is no number
      send(numbers, "x"),
      // @ts-expect-error a number is no text
      send(texts, 1),
      // @ts-expect-error a text is no number, also if the case may be switched off
      send(numbers.trySend(1) && numbers, "x"),
      // @ts-expect-error it can only be received from
      send(texts as RecvChan<string>, "x"),
      send(texts, "x"),
      send(numbers.trySend(1) && numbers, 1),
      send(null, 1),
    ];

    typed(send(jobs, "x")).as<SendCase>();
    expect(misuse).toHaveLength(2);
  });

  it("what is no case is an error", () => {
    class Misfit {
      it(): Chan<string> {
        return jobs;
      }
    }
    const misfit = new Misfit();
    const misuse = (ch: Chan<string>): unknown[] => [
      // @ts-expect-error a text is no case
      select({ it: "channel" }),
      // @ts-expect-error true is no case
      select([true]),
      // @ts-expect-error a channel is no list of cases
      select(ch),
      // @ts-expect-error a bare send is no list of cases
      select(send(ch, "a")),
      // @ts-expect-error a Map is no list of cases
      select(new Map([["it", ch]])),
      // @ts-expect-error a Set is no list of cases
      select(new Set([ch])),
      // @ts-expect-error an iterator is no list of cases
      select([ch].values()),
      // @ts-expect-error a method is no case
      select(misfit),
      // @ts-expect-error a Date is no list of cases
      select(new Date()),
      // @ts-expect-error a promise is no case
      select([ch.recv()]),
      // @ts-expect-error it can only be sent to
      select([ch as SendChan<string>]),
      // @ts-expect-error a name is no list of cases
      select("it"),
      // @ts-expect-error nor is a number
      select(1),
      // @ts-expect-error the cases are missing
      select(),
      // @ts-expect-error zero is no case
      trySelect({ it: 0 }),
    ];

    expect(misuse).toHaveLength(1);
  });

  it("Selected names the type of a result", () => {
    type Cases = { job: Chan<string>; quit: Chan<null> };
    const name = (r: Selected<Cases>): "job" | "quit" => r.key;

    expect(name({ key: "quit", ok: true, value: null, done: false })).toBe("quit");
  });
});
