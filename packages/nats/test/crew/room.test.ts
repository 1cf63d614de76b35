// How the workers of a crew wait for readers, with a server that is a few numbers.

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { settle } from "@chankit/channel/testing";

import { Room } from "../../src/crew/room.js";
import { completed } from "../../src/options.js";
import type { Ledger } from "../../src/server/ledger.js";
import { Names } from "../../src/server/names.js";
import type { Phase } from "../../src/server/phase.js";

class Bench {
  readonly room: Room;
  /** So many results were told. */
  told = 0;
  looks = 0;
  listeners = 0;
  readonly done: number[] = [];
  readonly phase = { isOpen: true };
  #hear: (_: null, message: { readonly data: Uint8Array }) => void = () => undefined;

  constructor(finishedSize: number) {
    const names = new Names("p");
    const subscribe = (_: string, { callback }: { callback: () => void }): unknown => {
      this.listeners++;
      this.#hear = callback;
      return { unsubscribe: () => this.listeners-- };
    };
    const info = (): Promise<unknown> => Promise.resolve({ state: { last_seq: 0 } });
    const call = (): Promise<unknown> => {
      this.looks++;
      const streams = names.streams.map((name) => {
        const last = { [names.told]: this.told, [names.done]: 1000 }[name] ?? 0;
        return { config: { name }, state: { last_seq: last, messages: 0 } };
      });
      return Promise.resolve(streams);
    };
    const ledger = { names, info, call, link: { connection: { subscribe } } };
    const phase = this.phase as unknown as Phase;
    this.room = new Room(ledger as unknown as Ledger, completed({ finishedSize }), phase);
  }

  wait(...results: readonly number[]): void {
    for (const nth of results) void this.room.wait(nth).then(() => this.done.push(nth));
  }

  /** So many more results are told, each with a word. */
  async tell(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      this.told++;
      this.#hear(null, { data: new Uint8Array() });
    }
    for (let i = 0; i < 3; i++) await settle();
  }
}

describe("the room for results", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it("P1: nobody asks while there is some", async () => {
    const bench = new Bench(10);
    bench.wait(9, 10);
    await settle();
    expect([bench.done, bench.looks, bench.listeners]).toEqual([[9, 10], 0, 0]);
  });

  it("P1, D2: workers wait for it together: they listen once, and look once for what was told at a time", async () => {
    const bench = new Bench(10);
    bench.wait(11, 12, 13);
    await bench.tell(0);
    expect([bench.done, bench.looks, bench.listeners]).toEqual([[], 1, 1]);
    // Others will be told: with the first one alone they do not look, unless that takes too long.
    await bench.tell(1);
    expect([bench.done, bench.looks]).toEqual([[], 1]);
    await bench.tell(1);
    expect([bench.done, bench.looks, bench.listeners]).toEqual([[11, 12], 2, 1]);
    bench.wait(14);
    await bench.tell(1);
    expect(bench.looks).toBe(2);
    jest.advanceTimersByTime(3);
    await bench.tell(0);
    expect([bench.done, bench.looks]).toEqual([[11, 12, 13], 3]);
    // One that waits alone does not wait for others; and a word may be lost.
    bench.told++;
    jest.advanceTimersByTime(1000);
    await bench.tell(0);
    expect([bench.done, bench.looks, bench.listeners]).toEqual([[11, 12, 13, 14], 4, 0]);
  });

  it("P1: of a small one each place counts", async () => {
    const bench = new Bench(1);
    bench.wait(2, 3);
    await bench.tell(0);
    await bench.tell(1);
    expect([bench.done, bench.looks]).toEqual([[2], 2]);
    bench.phase.isOpen = false;
    bench.room.stir();
    await bench.tell(0);
    expect([bench.done, bench.listeners]).toEqual([[2, 3], 0]);
  });

  it("D6: no worker waits for it when its crew ends", async () => {
    const bench = new Bench(1);
    bench.wait(2);
    await bench.tell(0);
    bench.room.end();
    await bench.tell(0);
    expect([bench.done, bench.listeners]).toEqual([[2], 0]);
    bench.wait(3);
    await settle();
    expect(bench.done).toEqual([2, 3]);
  });
});
