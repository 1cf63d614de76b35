import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { trySelect } from "../../src/select/select.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { forms } from "../support/forms.js";
import { collect } from "../support/process.js";
import { aborted, reason } from "../support/signals.js";

describe("ChannelClosedError", () => {
  it("is an Error with the name and the code of the contract", () => {
    const error = new ChannelClosedError("message");

    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("ChannelClosedError");
    expect(error.code).toBe("ERR_CHANNEL_CLOSED");
    expect(error.message).toBe("message");
    expect(String(error)).toBe("ChannelClosedError: message");
    expect(Object.keys(error)).not.toContain("name");
    // It is not derived from the name of the class, which a minifier changes.
    expect(Object.hasOwn(ChannelClosedError.prototype, "name")).toBe(true);
  });
});

describe.each(forms)("S8: a floating rejection, by $name", ({ recv, send, tryRecv, trySend }) => {
  it("C12: a floating send that close rejects is one unhandled rejection", async () => {
    const ch = new Chan<string>();

    const unhandled = await collect("unhandledRejection", () => {
      void send(ch, "a");
      ch.close();
    });

    expect(unhandled).toEqual([new ChannelClosedError("send on closed channel")]);
    expect(unhandled[0]).toBeInstanceOf(ChannelClosedError);
  });

  it("C12: so is a floating send on a closed channel", async () => {
    const ch = new Chan<string>();
    ch.close();

    const unhandled = await collect("unhandledRejection", () => void send(ch, "a"));

    expect(unhandled).toEqual([new ChannelClosedError("send on closed channel")]);
  });

  it("C12: so is a floating operation that is aborted, before or while it waits", async () => {
    const ch = new Chan<string>();
    const abort = new AbortController();

    const unhandled = await collect("unhandledRejection", () => {
      void recv(ch, { signal: aborted() });
      void recv(ch, abort);
      void send(new Chan<string>(), "a", abort);
      abort.abort(reason);
    });

    expect(unhandled).toEqual([reason, reason, reason]);
  });

  it("C12: a rejection that its caller handles is none", async () => {
    const ch = new Chan<string>();
    const abort = new AbortController();

    const unhandled = await collect("unhandledRejection", async () => {
      const sent = [send(ch, "a"), send(ch, "b", abort)];
      const outcomes = Promise.allSettled(sent);
      abort.abort(reason);
      ch.close();
      await outcomes;
      await send(ch, "c").catch(() => undefined);
    });

    expect(unhandled).toEqual([]);
  });

  it("C12: an operation that fulfils, is left waiting, or throws rejects nothing else", async () => {
    const unhandled = await collect("unhandledRejection", () => {
      const ch = new Chan<string>();
      const left = new Chan<string>();
      void recv(left);
      void recv(ch);
      void send(ch, "a");
      void send(ch, "b");
      void recv(ch);
      void recv(ch);
      ch.close();
      void recv(ch);
      expect(tryRecv(ch)?.done).toBe(true);
      expect(() => trySend(ch, "c")).toThrow(ChannelClosedError);
    });

    expect(unhandled).toEqual([]);
  });
});

describe("a floating rejection", () => {
  it("C12: no other part of the package rejects a promise that its caller does not hold", async () => {
    const unhandled = await collect("unhandledRejection", async () => {
      const ch = new Chan<string>();
      const iterator = ch[Symbol.asyncIterator]();
      void iterator.next();
      void iterator.return?.();
      for await (const _ of closedChan()) expect(_).toBe("never");
      expect(() => trySelect({ it: "no channel" } as never)).toThrow(TypeError);
      const group = new WaitGroup();
      expect(() => group.done()).toThrow(RangeError);
      group.go(() => Promise.resolve());
      await group.wait();
    });

    expect(unhandled).toEqual([]);
  });

  it("C12: a floating wait for a group that is aborted is one unhandled rejection", async () => {
    const group = new WaitGroup();
    const abort = new AbortController();
    group.add();

    const unhandled = await collect("unhandledRejection", () => {
      void group.wait(abort);
      abort.abort(reason);
    });

    expect(unhandled).toEqual([reason]);
  });

  function closedChan(): Chan<string> {
    const ch = new Chan<string>();
    ch.close();
    return ch;
  }
});
