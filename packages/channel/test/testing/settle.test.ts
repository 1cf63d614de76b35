import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { Chan, gosched } from "../../src/index.js";
import { settle } from "../../src/testing/index.js";
import { loadedLoop, loadWith } from "../support/loop.js";
import { got } from "../support/outcomes.js";

afterEach(() => {
  jest.useRealTimers();
});

describe("settle", () => {
  it("lets all tasks go on as far as they can, if it takes a turn of the loop for each operation", async () => {
    let time = 0;
    const channels = await loadWith({ performance: { now: () => time++ } });
    const chain = Array.from({ length: 100 }, () => new channels.Chan<number>());
    const last = chain.pop();
    for (const [i, ch] of chain.entries()) {
      void (async () => {
        for await (const n of ch) await (chain[i + 1] ?? last)?.send(n + 1);
      })();
    }

    void chain[0]?.send(0);
    await channels.settle();

    expect(last?.tryRecv()).toEqual(got(99));
  });

  it("is not over while outcomes wait for a turn", async () => {
    const { loop, channels } = await loadedLoop();
    const order: string[] = [];
    loop.overrun(channels);

    void channels.settle().then(() => order.push("settled"));
    void channels.gosched()?.then(() => order.push("went on"));
    await loop.drain();

    expect(order).toEqual(["went on", "settled"]);
  });

  it("waits for no timer, and is not held up by a faked one", async () => {
    jest.useFakeTimers();
    let fired = false;
    setTimeout(() => (fired = true), 0);

    await settle();

    expect(fired).toBe(false);
  });

  it("lets loops go on that pause by gosched", async () => {
    const ch = new Chan<number>(1);
    let count = 0;
    void (async () => {
      for (; count < 20_000; count++) {
        ch.trySend(count);
        ch.tryRecv();
        await gosched();
      }
    })();

    await settle();

    expect(count).toBe(20_000);
  });
});
