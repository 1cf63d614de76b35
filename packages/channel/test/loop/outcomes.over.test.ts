// C11 from the moment when a slice is over: what waits for the next turn of the loop, and what counts
// as the work of others.

import { beforeEach, describe, expect, it } from "@jest/globals";

import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { settle } from "../support/settle.js";

describe("outcomes when a slice is over", () => {
  let loop: FakeLoop;
  let channels: Channels;
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
  });

  it("C11: not one more is told", async () => {
    const idle = new channels.WaitGroup();
    let runs = 0;
    const task = async (): Promise<void> => {
      for (; runs < 500; runs++) {
        await idle.wait();
        loop.time += 0.003;
      }
    };
    await loop.pause();

    void task();
    await settle();

    // The look behind 167 of them, which takes 0.5 ms, is the one behind the 181st.
    expect(runs).toBe(181);
  });

  it("C11: the clock is not read any more", async () => {
    loop.overrun(channels);
    const { reads } = loop;

    for (let i = 0; i < 100; i++) expect(channels.gosched()).toBeDefined();

    expect(loop.reads).toBe(reads);
  });

  it("C11: what it told works yet, and that is not the work of others", async () => {
    const ended = new channels.Chan();
    ended.close();
    await loop.pause();
    for (let turn = 0; turn < 3; turn++) {
      void ended.recv().then(() => (loop.time += 10));
      loop.overrun(channels);
      await settle();
      loop.turnOnly();
      await settle();
    }

    const { time } = loop;
    for (let i = 0; i < 1000 && channels.gosched() === undefined; i++) loop.time += 0.01;

    expect(loop.time - time).toBeLessThan(0.6);
  });

  it("C11: settle waits until everything has been told", async () => {
    const ch = new channels.Chan<number>();
    let told = 0;
    for (let i = 0; i < 10; i++) {
      void ch.recv().then(() => {
        told++;
        loop.time += 1;
      });
    }
    await loop.pause();
    let toldBefore: number | undefined;

    ch.close();
    void channels.settle().then(() => {
      toldBefore = told;
    });
    for (let turn = 0; turn < 20; turn++) await loop.turn();

    expect(toldBefore).toBe(10);
  });

  it("C11: gosched asks for no turn while there is no pace", () => {
    channels.pacing.isOn = false;

    for (let i = 0; i < 10; i++) {
      expect(channels.gosched()).toBeUndefined();
      loop.time += 10;
    }
  });
});
