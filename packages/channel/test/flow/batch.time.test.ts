import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { batch, Chan, select } from "../../src/index.js";
import { Shelf } from "../support/kinds.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { reason } from "../support/signals.js";
import { waiting } from "../support/waiting.js";

describe("batch, in time", () => {
  let source: Chan<number>;

  beforeEach(() => {
    jest.useFakeTimers();
    source = new Chan<number>();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it("F3: gives fewer when `within` has passed since the first value", async () => {
    const received = batch(source, { size: 3, within: 100 }).recv();

    jest.advanceTimersByTime(1000);
    source.trySend(1);
    jest.advanceTimersByTime(60);
    source.trySend(2);
    jest.advanceTimersByTime(39);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got([1, 2]));
    expect([jest.getTimerCount(), waiting(source).receivers]).toEqual([0, 0]);
  });

  it("F3: counts for each batch anew, and from the first value of the batch", async () => {
    const batches = batch(source, { size: 2, within: 100 });
    const received = [batches.recv(), batches.recv()];
    source.trySend(1);
    jest.advanceTimersByTime(50);
    source.trySend(2);
    expect(jest.getTimerCount()).toBe(0);

    jest.advanceTimersByTime(20);
    source.trySend(3);
    jest.advanceTimersByTime(99);
    expect(await pending(received[1]!)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await Promise.all(received)).toEqual([got([1, 2]), got([3])]);
  });

  it("F3: when it is due, the first that waits gets it, and the others go on waiting", async () => {
    const batches = batch(source, { size: 2, within: 100 });
    const received = [batches.recv(), batches.recv()];
    source.trySend(1);

    jest.advanceTimersByTime(100);
    expect([await received[0], await pending(received[1]!)]).toEqual([got([1]), true]);
    source.trySend(2);
    source.trySend(3);

    expect(await received[1]).toEqual(got([2, 3]));
    expect(jest.getTimerCount()).toBe(0);
  });

  it("F3: a closed source gives the rest without waiting for the time", async () => {
    const received = batch(source, { size: 3, within: 100 }).recv();
    source.trySend(1);

    source.close();

    expect(await received).toEqual(got([1]));
    expect(jest.getTimerCount()).toBe(0);
  });

  it("F3, T2: a timer runs only while a receive waits and something has been gathered", async () => {
    const batches = batch(source, { size: 3, within: 100 });
    const abort = new AbortController();
    const timers = [jest.getTimerCount()];
    const received = batches.recv(abort);
    timers.push(jest.getTimerCount());
    source.trySend(1);
    timers.push(jest.getTimerCount());
    source.trySend(2);
    timers.push(jest.getTimerCount());
    abort.abort(reason);
    timers.push(jest.getTimerCount());

    await expect(received).rejects.toBe(reason);
    expect(timers).toEqual([0, 0, 1, 1, 0]);
  });

  it("F3, T2: without `within` there is no timer", () => {
    void batch(source, { size: 3 }).recv();
    source.trySend(1);

    expect(jest.getTimerCount()).toBe(0);
  });

  it("F3, T2: its timer keeps the process alive", () => {
    const started = jest.spyOn(globalThis, "setTimeout");
    void batch(source, { size: 3, within: 100 }).recv();
    source.trySend(1);

    expect(started.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef())).toEqual([
      true,
    ]);
  });

  it("F3, T2: a receive that fails as its source cannot be waited at leaves no timer", async () => {
    const shelf = new Shelf<number>();
    shelf.change([1], 9);
    shelf.during.watch = () => {
      throw reason;
    };
    const batches = batch(shelf, { size: 2, within: 100 });

    await expect(batches.recv()).rejects.toBe(reason);

    expect(jest.getTimerCount()).toBe(0);
    shelf.change([2]);
    expect(batches.tryRecv()).toEqual(got([1, 2]));
  });

  it("F3, T2: selects that lose leave no timer", async () => {
    const batches = batch(source, { size: 1000, within: 100 });
    const other = new Chan<number>();
    for (let i = 0; i < 500; i++) {
      const chosen = select({ batches, other });
      source.trySend(i);
      other.trySend(i);
      expect((await chosen).key).toBe("other");
      expect(jest.getTimerCount()).toBe(0);
    }
  });

  it("F1, F3: the time of what was gathered counts while no receive waits", async () => {
    const batches = batch(source, { size: 3, within: 100 });
    const withdrawn = new AbortController();
    const received = batches.recv(withdrawn);
    source.trySend(1);
    withdrawn.abort(reason);
    await expect(received).rejects.toBe(reason);

    jest.advanceTimersByTime(99);
    expect(batches.tryRecv()).toBeUndefined();
    jest.advanceTimersByTime(1);

    expect(batches.tryRecv()).toEqual(got([1]));
    expect(batches.tryRecv()).toBeUndefined();
  });

  it("F1, F3: a receive that comes later waits for no more than what is left", async () => {
    const batches = batch(source, { size: 3, within: 100 });
    const sent = source.send(1);
    batches.tryRecv();
    await sent;
    jest.advanceTimersByTime(70);

    const received = batches.recv();
    jest.advanceTimersByTime(29);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got([1]));
  });

  it("F3: what is due takes along what is there already", async () => {
    const buffered = new Chan<number>(9);
    const batches = batch(buffered, { size: 3, within: 100 });
    buffered.trySend(1);
    batches.tryRecv();
    buffered.trySend(2);
    jest.advanceTimersByTime(100);

    expect(batches.tryRecv()).toEqual(got([1, 2]));
  });

  it("F3: delays beyond what setTimeout can count are kept", async () => {
    const received = batch(source, { size: 2, within: 2 ** 32 }).recv();
    source.trySend(1);

    jest.advanceTimersByTime(2 ** 32 - 1);
    expect(await pending(received)).toBe(true);
    jest.advanceTimersByTime(1);

    expect(await received).toEqual(got([1]));
  });

  it("F3, T4: setting the wall clock back makes nothing due later, and forwards nothing earlier", async () => {
    jest.useRealTimers();
    const now = jest.spyOn(Date, "now");
    const batches = batch(source, { size: 3, within: 5 });
    const received = batches.recv();
    source.trySend(1);

    now.mockReturnValue(0);
    expect(await received).toEqual(got([1]));

    const later = batch(source, { size: 3, within: 60_000 });
    const abort = new AbortController();
    const waits = later.recv(abort);
    source.trySend(2);
    now.mockReturnValue(4e12);
    expect(later.len).toBe(0);
    expect(await pending(waits)).toBe(true);
    abort.abort(reason);
    await expect(waits).rejects.toBe(reason);
    expect(later.tryRecv()).toBeUndefined();
    now.mockRestore();
  });

  it("F3, T3: time that is faked after the batch was made counts", async () => {
    jest.useRealTimers();
    const batches = batch(source, { size: 3, within: 60_000 });
    jest.useFakeTimers();
    const received = batches.recv();
    source.trySend(1);

    jest.advanceTimersByTime(60_000);

    expect(await received).toEqual(got([1]));
  });

  it("F3: after its end no timer runs", async () => {
    const batches = batch(source, { size: 3, within: 100 });
    const received = [batches.recv(), batches.recv()];
    source.trySend(1);
    source.close();

    expect(await Promise.all(received)).toEqual([got([1]), closed]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
