import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { send } from "../../src/select/cases.js";
import { select } from "../../src/select/select.js";
import { Shelf } from "../support/kinds.js";
import { got } from "../support/outcomes.js";
import { inVariousOrders } from "../support/randomness.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe("hooks of a custom channel", () => {
  describe("watch and unwatch", () => {
    it("P2: are called when the first receiver begins to wait, and when none waits any more", () => {
      const shelf = new Shelf<string>();
      const watched = (): string[] =>
        shelf.calls.splice(0).filter((call) => call.includes("watch"));

      void shelf.recv();
      void shelf.recv();
      expect(watched()).toEqual(["watch"]);

      shelf.change(["a"]);
      expect(watched()).toEqual([]);
      shelf.change(["b"]);
      expect(watched()).toEqual(["unwatch"]);

      void shelf.recv();
      expect(watched()).toEqual(["watch"]);
    });

    it("P2: are called for receivers that wait only", () => {
      const shelf = new Shelf<string>();
      shelf.change(["a"], 1);

      void shelf.recv();
      shelf.tryRecv();
      void shelf.send("b");
      void shelf.send("c");

      expect(shelf.calls).not.toContain("watch");
      expect(shelf.calls).not.toContain("unwatch");
    });

    it("P2: unwatch is called when the last receiver is withdrawn by its signal", async () => {
      const shelf = new Shelf<string>();
      const abort = new AbortController();
      const received = shelf.recv(abort);

      abort.abort(reason);

      expect(shelf.calls.at(-1)).toBe("unwatch");
      await expect(received).rejects.toBe(reason);
    });

    it("P2: unwatch is called when a select that waits is decided elsewhere", async () => {
      const shelf = new Shelf<string>();
      const ch = new Chan<string>();
      const chosen = select([shelf, ch]);
      expect(shelf.calls.at(-1)).toBe("watch");

      ch.trySend("a");

      expect(shelf.calls.at(-1)).toBe("unwatch");
      expect(await chosen).toEqual({ key: 1, ...got("a") });
    });

    it("P2: unwatch is called when the channel is closed", () => {
      const shelf = new Shelf<string>();
      void shelf.recv();

      shelf.close();

      expect(shelf.calls.at(-1)).toBe("unwatch");
    });
  });

  describe("withdrawn", () => {
    it("P2: is called when a sender that waited is withdrawn by its signal, and sees that it is gone", async () => {
      const shelf = new Shelf<string>();
      const abort = new AbortController();
      const sent = [shelf.send("a", abort), shelf.send("b")];
      const seen: unknown[] = [];
      shelf.during = { withdrawn: () => seen.push(shelf.waiting.senders) };

      abort.abort(reason);

      expect(seen).toEqual([1]);
      await expect(sent[0]).rejects.toBe(reason);
    });

    it("P2: is called when a select that waits to send is decided elsewhere", () => {
      const shelf = new Shelf<string>();
      const ch = new Chan<string>();
      void select([send(shelf, "a"), ch]);

      ch.trySend("b");

      expect(shelf.calls.at(-1)).toBe("withdrawn");
    });

    it("P2: is not called for senders that are served or refused", async () => {
      const shelf = new Shelf<string>();
      const sent = [shelf.send("a"), shelf.send("b")];
      shelf.change([], 1);
      shelf.close();

      await expect(Promise.allSettled(sent)).resolves.toMatchObject([
        { status: "fulfilled" },
        { status: "rejected" },
      ]);
      expect(shelf.calls).not.toContain("withdrawn");
    });
  });

  describe("notify", () => {
    it("P2: from watch serves the waiter that has just begun to wait", async () => {
      const shelf = new Shelf<string>();
      shelf.during = { watch: () => shelf.change(["a"]) };

      expect(await shelf.recv()).toEqual(got("a"));
      expectNobodyWaits(shelf);
    });

    it("P2: from watch serves a select, which then waits nowhere", async () => {
      await inVariousOrders(async () => {
        const shelf = new Shelf<string>();
        const others = [new Chan<string>(), new Chan<string>()] as const;
        shelf.during = { watch: () => shelf.change(["a"]) };

        const chosen = select([...others, shelf, ...others]);

        expectNobodyWaits(...others, shelf);
        expect(await chosen).toEqual({ key: 2, ...got("a") });
      });
    });

    it("P2: from poll and from offer is taken along by the round under way", async () => {
      const shelf = new Shelf<string>();
      const received = [shelf.recv(), shelf.recv()];
      let polls = 0;
      shelf.during = {
        poll: () => {
          if (++polls === 1) shelf.change(["a", "b"]);
        },
        offer: () => shelf.change([]),
      };

      shelf.change([]);

      expect(await Promise.all(received)).toEqual([got("a"), got("b")]);
      shelf.change([], 1);
      await shelf.send("c");
      expect(shelf.items).toEqual(["c"]);
    });

    it("P2: from a hook that says no gets the waiters served by the same round", async () => {
      const shelf = new Shelf<string>();
      const received = shelf.recv();
      let isFirst = true;
      shelf.during = {
        poll: () => {
          if (!isFirst) return;
          isFirst = false;
          shelf.change([]);
          queueMicrotask(() => shelf.change(["late"]));
        },
      };

      shelf.change([]);

      expect(shelf.calls.filter((call) => call === "poll")).toHaveLength(3);
      expect(await received).toEqual(got("late"));
    });

    it("P2: from a hook that has taken a value does not let others overtake", async () => {
      class Announcing extends Shelf<string> {
        protected override poll(): ReturnType<Shelf<string>["poll"]> {
          const outcome = super.poll();
          this.notify();
          return outcome;
        }
      }
      const shelf = new Announcing();
      const received = [shelf.recv(), shelf.recv(), shelf.recv()];

      shelf.change(["a", "b", "c"]);

      expect(await Promise.all(received)).toEqual([got("a"), got("b"), got("c")]);
    });

    it("P2: serves receivers and senders as long as one makes place for the other", async () => {
      const shelf = new Shelf<number>();
      const sent = [1, 2, 3].map((value) => shelf.send(value));
      const received = [1, 2, 3].map(() => shelf.recv());
      expect(shelf.waiting).toEqual({ receivers: 3, senders: 3 });

      shelf.change([], 1);

      expect(await Promise.all(received)).toEqual([got(1), got(2), got(3)]);
      await Promise.all(sent);
      expectNobodyWaits(shelf);
    });
  });
});
