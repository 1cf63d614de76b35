// C11 without a clock on the wall: a fresh copy of the package, loaded while the clock and the
// scheduler of turns, which it takes at load, are ours.

import { jest } from "@jest/globals";

import { settle } from "./settle.js";

type Channels = typeof import("../../src/index.js") & typeof import("../../src/testing/settle.js");

/** A fresh copy of the package that finds these globals when it is loaded. */
export async function loadWith(globals: Record<string, unknown>): Promise<Channels> {
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
      };
    });
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
  #due: (() => void)[] = [];

  load(): Promise<Channels> {
    const now = (): number => {
      this.reads++;
      return this.time;
    };
    const setImmediate = (callback: () => void): unknown => this.#due.push(callback);
    return loadWith({ performance: { now }, setImmediate });
  }

  /** Whether somebody asked to be called in the next turn. */
  get isTurnDue(): boolean {
    return this.#due.length > 0;
  }

  /** The next turn of the loop, with the microtasks that follow. */
  async turn(): Promise<void> {
    this.turnOnly();
    await settle();
  }

  /** Turns, until nobody asks for one. */
  async drain(): Promise<void> {
    while (this.isTurnDue) await this.turn();
  }

  /** The next turn, without the microtasks that follow. */
  turnOnly(): void {
    const due = this.#due;
    this.#due = [];
    for (const callback of due) callback();
  }

  /** Work of the present task: time passes, and an operation after the other completes. */
  overrun({ Chan }: Channels): void {
    const busy = new Chan<number>(Infinity);
    void busy.send(0);
    this.time += 10;
    for (let i = 0; i < 100; i++) void busy.send(0);
  }
}
