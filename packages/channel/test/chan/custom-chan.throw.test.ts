import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { Shelf } from "../support/kinds.js";
import { closed, got } from "../support/outcomes.js";
import { collect } from "../support/process.js";
import { listeners } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe("hooks of a custom channel that throw", () => {
  describe("while they serve waiters", () => {
    const error = new Error("thrown by a hook");
    const failOnce = (): (() => void) => {
      let isFirst = true;
      return () => {
        if (!isFirst) return;
        isFirst = false;
        throw error;
      };
    };

    it("P2: poll rejects the receive that it was asked for, and the next gets the value", async () => {
      const shelf = new Shelf<string>();
      const received = [shelf.recv(), shelf.recv()];
      shelf.during = { poll: failOnce() };

      shelf.change(["a"]);

      await expect(received[0]).rejects.toBe(error);
      expect(await received[1]).toEqual(got("a"));
    });

    it("P2: offer rejects the send that it was asked for, and the next is taken", async () => {
      const shelf = new Shelf<string>();
      const sent = [shelf.send("a"), shelf.send("b")];
      shelf.during = { offer: failOnce() };

      shelf.change([], 1);

      await expect(sent[0]).rejects.toBe(error);
      await sent[1];
      expect(shelf.tryRecv()).toEqual(got("b"));
    });

    it("P2: offer for a sender that waits does not cost the receiver its value", async () => {
      const shelf = new Shelf<string>();
      shelf.change(["a"], 1);
      const sent = [shelf.send("b"), shelf.send("c")];
      shelf.during = { offer: failOnce() };

      expect(shelf.tryRecv()).toEqual(got("a"));

      await expect(sent[0]).rejects.toBe(error);
      await sent[1];
    });

    it("P2: poll for a receiver that waits does not fail the send that was taken", async () => {
      const shelf = new Shelf<string>();
      const received = [shelf.recv(), shelf.recv()];
      shelf.change([], 1);
      shelf.during = { poll: failOnce() };

      const sent = shelf.send("a");

      await expect(received[0]).rejects.toBe(error);
      await sent;
      expect(await received[1]).toEqual(got("a"));
    });

    it("P2: none of them keeps a waiter on a channel that is closed", async () => {
      const shelf = new Shelf<string>();
      const received = [shelf.recv(), shelf.recv()];
      const sent = [shelf.send("a"), shelf.send("b")];
      shelf.during = { poll: failOnce(), closedError: failOnce() };

      shelf.close();

      await expect(received[0]).rejects.toBe(error);
      expect(await received[1]).toEqual(closed);
      await expect(sent[0]).rejects.toBe(error);
      await expect(sent[1]).rejects.toThrow("send on closed channel");
      expectNobodyWaits(shelf);
    });

    it("P2: watch that has served the receiver before is reported", async () => {
      const shelf = new Shelf<string>();
      shelf.during = {
        watch: () => {
          shelf.change(["a"]);
          throw error;
        },
      };
      let received: Promise<unknown> | undefined;

      const uncaught = await collect("uncaughtException", () => {
        received = shelf.recv();
      });

      expect(await received).toEqual(got("a"));
      expect(uncaught).toEqual([error]);
    });
  });

  it("P2: what a hook throws is what the operation rejects with, or throws", async () => {
    const shelf = new Shelf<string>();
    const error = new Error("thrown by a hook");
    const fail = (): never => {
      throw error;
    };
    shelf.during = { poll: fail, offer: fail };

    await expect(shelf.recv()).rejects.toBe(error);
    await expect(shelf.send("a")).rejects.toBe(error);
    await expect(select([shelf])).rejects.toBe(error);
    expect(() => shelf.tryRecv()).toThrow(error);
    expect(() => shelf.trySend("a")).toThrow(error);
    expectNobodyWaits(shelf);

    shelf.during = {};
    shelf.room = 1;
    await shelf.send("b");
    expect(await shelf.recv()).toEqual(got("b"));
  });

  it("P2: a receive that watch makes fail does not wait any more", async () => {
    const shelf = new Shelf<string>();
    const ch = new Chan<string>();
    const abort = new AbortController();
    const error = new Error("thrown by watch");
    shelf.during = {
      watch: () => {
        throw error;
      },
    };

    await expect(shelf.recv(abort)).rejects.toBe(error);
    expectNobodyWaits(shelf);
    await expect(select([ch, shelf, ch], abort)).rejects.toBe(error);
    expectNobodyWaits(shelf, ch);
    expect(listeners(abort.signal)).toBe(0);
  });

  describe("an unwatch that fails", () => {
    const error = new Error("thrown by unwatch");
    const fail = (): never => {
      throw error;
    };

    it("P2: does not fail the send on another channel that decides a select", async () => {
      const shelf = new Shelf<string>();
      const ch = new Chan<string>();
      const chosen = select([shelf, ch]);
      shelf.during = { unwatch: fail };

      const uncaught = await collect("uncaughtException", () => ch.trySend("a"));

      expect(await chosen).toEqual({ key: 1, ...got("a") });
      expect(uncaught).toEqual([error]);
    });

    it("P2: loses no value", async () => {
      const shelf = new Shelf<string>();
      const received = shelf.recv();
      shelf.during = { unwatch: fail };

      const uncaught = await collect("uncaughtException", () => shelf.change(["a"]));

      expect(await received).toEqual(got("a"));
      expect(uncaught).toEqual([error]);
    });
  });
});
