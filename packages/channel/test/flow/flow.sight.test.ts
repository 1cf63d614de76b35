// Flows in reports and recordings: they are told by the names that the program knows.

import { describe, expect, it } from "@jest/globals";

import type { RecordedEvent } from "../../src/debug/events.js";
import { FakeHost, inHost } from "../support/fake-host.js";
import { settle } from "../support/settle.js";

describe("Flows in sight", () => {
  it("V1, F4: a broadcast is told by its name", async () => {
    await inHost(new FakeHost(), async (c) => {
      const news = new c.Broadcast<number>({ name: "news" });
      const inbox = news.subscribe(0, { name: "inbox" });
      void news.send(1);
      void c.select({ out: c.send(news, 2) });
      void new c.Broadcast<number>().subscribe().recv();

      expect(c.waiting().map(({ kind, on }) => [kind, on])).toEqual([
        ["send", 'Broadcast "news"'],
        ["select", 'send to Broadcast "news"'],
        ["receive", "Subscription"],
      ]);
      expect(inbox.tryRecv()?.value).toBe(1);
    });
  });

  it("V1: a wait is a daemon's for a subscription, and for a flow of a channel, with ref: false", async () => {
    await inHost(new FakeHost(), async (c) => {
      const quiet = new c.Chan<number>(0, { ref: false });
      const plain = new c.Chan<number>();
      void new c.Broadcast<number>().subscribe(0, { ref: false }).recv();
      void new c.Broadcast<number>().subscribe().recv();
      void c.merge(plain, quiet).recv();
      void c.merge(plain).recv();
      void c.batch(quiet, { size: 2 }).recv();
      void c.batch(plain, { size: 2 }).recv();
      void c.merge(c.batch(quiet, { size: 2 })).recv();
      void c.merge<number>(new c.Ticker(9, { ref: false })).recv();

      const daemons = c.waiting().map(({ on, daemon }) => `${on} ${daemon}`);
      expect(daemons).toEqual([
        "Subscription true",
        "Subscription false",
        "Merged true",
        "Merged false",
        "Batched true",
        "Batched false",
        "Merged true",
        "Merged true",
      ]);
    });
  });

  it("V4, F4: a recording has what a broadcast sends and its subscribers receive, and the close", async () => {
    let events: readonly RecordedEvent[] = [];
    await inHost(new FakeHost(), async (c) => {
      const recording = c.record();
      const news = new c.Broadcast<number>({ name: "news" });
      const [plain, buffered] = [news.subscribe(), news.subscribe(1, { name: "buffered" })];
      void c.named("reader", () => plain.recv());
      c.named("writer", () => news.trySend(1));
      c.named("reader", () => buffered.tryRecv());
      void c.named("writer", () => news.send(2));
      c.named("reader", () => plain.tryRecv());
      c.named("writer", () => news.close());
      await settle();
      recording.stop();
      ({ events } = recording);
    });
    expect(
      events.map(({ task, kind, on, from }) => [task, kind, on, from].join(" ").trim()),
    ).toEqual([
      "reader receive Subscription",
      'writer send Broadcast "news"',
      'reader receive Subscription "buffered"',
      'writer send Broadcast "news"',
      "reader receive Subscription",
      'writer close Broadcast "news"',
    ]);
  });

  it("V4, F3: a recording has each value that a batch takes", async () => {
    let events: readonly RecordedEvent[] = [];
    await inHost(new FakeHost(), async (c) => {
      const rows = new c.Chan<number>(3, { name: "rows" });
      for (const row of [1, 2, 3]) rows.trySend(row);
      const recording = c.record();
      c.named("reader", () => c.batch(rows, { size: 3 }).tryRecv());
      recording.stop();
      await settle();
      ({ events } = recording);
    });
    expect(events.map(({ kind, on }) => `${kind} ${on}`)).toEqual([
      'receive Chan "rows"',
      'receive Chan "rows"',
      'receive Chan "rows"',
      "receive Batched",
    ]);
  });
});
