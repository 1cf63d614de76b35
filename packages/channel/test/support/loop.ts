// C11 without a clock on the wall: a fresh copy of the package, loaded while the clock and the
// scheduler of turns, which it takes at load, are ours.

import { jest } from "@jest/globals";

import { settle } from "./settle.js";

/** What a fresh copy of the package exports. */
export type Channels = typeof import("../../src/index.js") &
  typeof import("../../src/testing/settle.js") &
  Pick<typeof import("../../src/loop/outcomes.js"), "pacing">;

/**
 * A fresh copy of the package that finds these globals when it is loaded; and when it first has to
 * wait for a turn of the event loop, if it does so in `use`.
 */
export async function loadWith(
  globals: Record<string, unknown>,
  use: (channels: Channels) => void = () => undefined,
): Promise<Channels> {
  const originals = Object.keys(globals).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  let channels: Channels | undefined;
  try {
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    await jest.isolateModulesAsync(async () => {
      channels = {
        ...(await import("../../src/index.js")),
        ...(await import("../../src/testing/settle.js")),
        pacing: (await import("../../src/loop/outcomes.js")).pacing,
      };
    });
    use(channels as unknown as Channels);
  } finally {
    for (const [name, original] of originals) {
      if (original !== undefined) Object.defineProperty(globalThis, name, original);
    }
  }
  return channels as Channels;
}

/** An event loop whose time passes, and whose turns come, only when the test says so. */
export class FakeLoop {
  /** In milliseconds. */
  time = 0;
  /** How often the clock was read. */
  reads = 0;
  /** What the rest of the program does in a turn of the loop, in milliseconds. */
  elsewhere = 0;
  /** The longest time from one turn to the next that was not spent elsewhere. */
  longest = 0;
  #turnBegan = 0;
  #due: (() => void)[] = [];

  load(): Promise<Channels> {
    const now = (): number => {
      this.reads++;
      return this.time;
    };
    const setImmediate = (callback: () => void): unknown => this.#due.push(callback);
    return loadWith({ performance: { now }, setImmediate });
  }

  /** Whether a call in the next turn was asked for. */
  get isTurnDue(): boolean {
    return this.#due.length > 0;
  }

  /** The next turn of the loop, with the microtasks that follow. */
  async turn(): Promise<void> {
    this.turnOnly();
    await settle();
  }

  /** Turns, until none is asked for. */
  async drain(): Promise<void> {
    while (this.isTurnDue) await this.turn();
  }

  /** Turns, until `promise` is settled; gives their number. */
  async runUntil(promise: Promise<unknown>): Promise<number> {
    let [isOver, turns] = [false, 0];
    const note = (): void => {
      isOver = true;
    };
    promise.then(note, note);
    await settle();
    for (; !isOver; turns++) await this.turn();
    return turns;
  }

  /** Nothing happens for a while. */
  async pause(): Promise<void> {
    await this.drain();
    this.time += 100;
    this.#turnBegan = this.time;
    this.longest = 0;
  }

  /** The next turn, without the microtasks that follow. */
  turnOnly(): void {
    this.longest = Math.max(this.longest, this.time - this.#turnBegan);
    this.time += this.elsewhere;
    this.#turnBegan = this.time;
    const due = this.#due;
    this.#due = [];
    for (const callback of due) callback();
  }

  /** The present task has run too long: a slice has begun, and 10 ms later the clock is read again. */
  overrun({ gosched }: Pick<Channels, "gosched">): void {
    for (let i = 0; i < 10; i++) void gosched();
    this.time += 10;
    for (let i = 0; i < 10; i++) if (gosched() !== undefined) return;
    throw new Error("the slice should be over");
  }
}

/** A loop, and a copy of the package that runs in it. */
export async function loadedLoop(): Promise<{ loop: FakeLoop; channels: Channels }> {
  const loop = new FakeLoop();
  return { loop, channels: await loop.load() };
}
