// A platform whose clocks and timers move when the test says so. Unlike those of test frameworks
// they bear no mark of a fake: what is loaded while they are there takes them for the platform's own.

import { jest } from "@jest/globals";

/** Puts its clocks and timers in the place of the platform's, until `restore`. */
export class Platform {
  /** What `performance.now()` shows. */
  now = 1000.25;
  /** What `Date.now()` shows. */
  date = 1_700_000_000_000;
  /** By how much a look at `performance.now()` moves it. */
  tick = 0;
  /** How many timers were started, and with which delays. */
  readonly delays: number[] = [];
  /** What the next timers are, instead of numbers. */
  makeHandle: (id: number) => unknown = (id) => id;
  readonly cleared: unknown[] = [];
  /** Whether `clearTimeout` clears. */
  clears = true;

  readonly #originals = {
    performance: globalThis.performance,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    Date: globalThis.Date,
  };
  readonly #timers = new Map<unknown, { readonly call: () => void; readonly at: number }>();

  constructor() {
    const performance = { now: () => (this.now += this.tick) };
    const start = this.#start.bind(this);
    function setTimeout(this: unknown, call: () => void, delay: number): unknown {
      checkThis(this);
      return start(call, delay);
    }
    const clear = this.#clear.bind(this);
    function clearTimeout(this: unknown, handle: unknown): void {
      checkThis(this);
      clear(handle);
    }
    class Date extends this.#originals.Date {}
    Date.now = () => this.date;
    this.#put({ performance, setTimeout, clearTimeout, Date });
  }

  /** A fresh copy of the package. */
  async load(): Promise<typeof import("../../src/index.js")> {
    let copy: typeof import("../../src/index.js") | undefined;
    await jest.isolateModulesAsync(async () => {
      copy = await import("../../src/index.js");
    });
    return copy!;
  }

  /** How many timers there are. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Time passes by both clocks, and timers fire, each at its time. */
  advance(ms: number): void {
    const end = this.now + ms;
    for (;;) {
      const next = [...this.#timers.values()].sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#move(next.at - this.now);
      this.fire();
    }
    this.#move(end - this.now);
  }

  /** Time passes by both clocks, and no timer has its turn. */
  stall(ms: number): void {
    this.#move(ms);
  }

  /** The next timer fires, whatever the clocks show. */
  fire(): void {
    const [next] = [...this.#timers].sort(([, a], [, b]) => a.at - b.at);
    if (next === undefined) throw new Error("there is no timer");
    this.#timers.delete(next[0]);
    next[1].call();
  }

  /** Takes `performance` away. */
  withoutPerformance(): void {
    this.#put({ performance: undefined });
  }

  restore(): void {
    this.#put(this.#originals);
  }

  #start(call: () => void, delay: number): unknown {
    this.delays.push(delay);
    const handle = this.makeHandle(this.delays.length);
    this.#timers.set(handle, { call, at: this.now + delay });
    return handle;
  }

  #clear(handle: unknown): void {
    this.cleared.push(handle);
    if (this.clears) this.#timers.delete(handle);
  }

  #move(ms: number): void {
    this.now += ms;
    this.date += ms;
  }

  #put(globals: Record<string, unknown>): void {
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
  }
}

/** As browsers do. */
function checkThis(it: unknown): void {
  if (it !== undefined && it !== globalThis) throw new TypeError("Illegal invocation");
}
