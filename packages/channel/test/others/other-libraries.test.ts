// What other libraries get wrong when something is sent or received. Who does so stands in the name.

import { describe, expect, it } from "@jest/globals";

import { Chan, ChannelClosedError, CustomChan, type Received } from "../../src/index.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { typed } from "../support/types.js";
import { expectNobodyWaits } from "../support/waiting.js";

const sendOnClosed = new ChannelClosedError("send on closed channel");

describe("Chan", () => {
  describe("send and receive", () => {
    it("wakes a receiver that waits on a buffered channel (@lesomnus/channel does not)", async () => {
      const ch = new Chan<string>(1);
      const received = ch.recv();

      await ch.send("a");

      expect(await received).toEqual(got("a"));
    });

    it("resolves a send that finds room before anybody receives (@thi.ng/csp does not)", async () => {
      const ch = new Chan<number>(4);

      const sent = ch.send(1);

      expect(await pending(sent)).toBe(false);
      expect(ch.len).toBe(1);
    });

    it.each(["dropOldest", "dropNewest"] as const)(
      "resolves the send of what %s discards (@thi.ng/csp does not)",
      async (overflow) => {
        const ch = new Chan<number>(1, { overflow });

        const sent = [ch.send(1), ch.send(2), ch.send(3)];

        expect(await pending(Promise.all(sent))).toBe(false);
      },
    );

    it("with a cap of 0 lets a sender wait for a receiver (medium deadlocks, @thi.ng/csp throws)", async () => {
      const ch = new Chan<number>(0);
      const sent = ch.send(1);

      const received = ch.recv();

      expect(await received).toEqual(got(1));
      await sent;
    });

    it("resolves a send when its own value is received, not at the receive after that (@repeaterjs/repeater does)", async () => {
      const ch = new Chan<number>();
      const sent = ch.send(1);

      await ch.recv();

      expect(await pending(sent)).toBe(false);
    });

    it("lets no receive that comes later take the value of one who waits (effect does)", async () => {
      const ch = new Chan<string>(1);
      const waiting = ch.recv();

      ch.trySend("a");

      expect(ch.tryRecv()).toBeUndefined();
      expect(await waiting).toEqual(got("a"));
    });

    it("withdraws nobody else when what is aborted has ended already (medium's cancel does)", async () => {
      const ch = new Chan<string>();
      const abort = new AbortController();
      const [ended, bystander] = [ch.recv(abort), ch.recv()];
      ch.trySend("a");

      abort.abort(reason);
      ch.trySend("b");

      expect(await Promise.all([ended, bystander])).toEqual([got("a"), got("b")]);
    });

    it("never throws where a promise is awaited (recv of @lesomnus/channel does)", async () => {
      const ch = new Chan<number>();
      ch.close();

      const outcomes = [ch.recv(), ch.send(1)];

      expect(await Promise.allSettled(outcomes)).toMatchObject([
        { status: "fulfilled", value: closed },
        { status: "rejected", reason: sendOnClosed },
      ]);
    });

    it("is what its constructor says (a Chan of @lesomnus/channel is no instance of Chan)", () => {
      expect(new Chan()).toBeInstanceOf(Chan);
      expect(new Chan(1, { overflow: "dropOldest" })).toBeInstanceOf(Chan);
    });

    it("goes on after a failure of the code that makes its values (async-csp is wedged)", async () => {
      class Parsed extends CustomChan<unknown, string> {
        readonly cap = 1;
        readonly #values = new Chan<unknown>(1);
        get len(): number {
          return this.#values.len;
        }
        protected poll(): Received<unknown> | undefined {
          return this.#values.tryRecv();
        }
        protected offer(text: string): boolean {
          return this.#values.trySend(JSON.parse(text));
        }
      }
      const ch = new Parsed();

      await expect(ch.send("{")).rejects.toThrow(SyntaxError);
      await ch.send("{}");

      expect(await ch.recv()).toEqual(got({}));
      expectNobodyWaits(ch);
    });
  });

  describe("a value", () => {
    it.each<[unknown, string]>([
      [
        undefined,
        "@thi.ng/csp takes it for the end, @nodeguy/channel refuses it, async-csp drops it",
      ],
      [null, "js-csp and channel-ts take it for the end"],
    ])("may be %p (%s)", async (value) => {
      const ch = new Chan<unknown>(3);
      for (let i = 0; i < 2; i++) await ch.send(value);
      ch.close();

      const values: unknown[] = [];
      for await (const each of ch) values.push(each);

      expect(values).toEqual([value, value]);
      expect(await ch.recv()).toEqual(closed);
    });

    it("is of its type once ok was tested (that of ts-chan may be undefined all the same)", async () => {
      const ch = new Chan<number>(1);
      ch.trySend(1);

      const r = await ch.recv();

      if (r.ok) typed(r.value).as<number>();
      else typed(r.value).as<undefined>();
      expect(r).toEqual(got(1));
    });

    it("may be a promise, and arrives as that (async-channel and @repeaterjs/repeater flatten it)", async () => {
      const ch = new Chan<Promise<number>>(1);
      const promise = Promise.resolve(1);

      await ch.send(promise);

      expect((await ch.recv()).value).toBe(promise);
    });

    it("may be the channel itself, which is no thenable: to await it takes nothing (medium, async-channel)", async () => {
      const ch = new Chan<number>(1);
      ch.trySend(1);
      const pass = async (): Promise<Chan<number>> => ch;

      expect(await pass()).toBe(ch);
      expect(await Promise.resolve(ch)).toBe(ch);

      expect("then" in ch).toBe(false);
      expect(ch.len).toBe(1);
    });
  });
});
