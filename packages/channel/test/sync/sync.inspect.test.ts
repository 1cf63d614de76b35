// How what tells time and what waits for many look to people.

import { inspect } from "node:util";

import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { after, Group, Limiter, Mutex, Semaphore, Ticker, WaitGroup } from "../../src/index.js";
import { Gate } from "../support/gate.js";

describe("inspection", () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ["After", after(1)],
    ["Ticker", new Ticker(1)],
    ["WaitGroup", new WaitGroup()],
    ["Group", new Group()],
    ["Semaphore", new Semaphore(1)],
    ["Mutex", new Mutex()],
    ["Limiter", new Limiter({ limit: 1 })],
    ["Permit", new Mutex().tryLock()],
  ])("C13: Object.prototype.toString tells the class: %s", (name, thing) => {
    expect(Object.prototype.toString.call(thing)).toBe(`[object ${name}]`);
  });

  it("C13: after and a Ticker tell how many wait", () => {
    const [timer, ticker] = [after(1), new Ticker(1)];
    void timer.recv();
    void ticker.recv();

    const state = "cap: 0, len: 0, closed: false, receivers: 1";
    expect(inspect(timer)).toBe(`After { ${state} }`);
    expect(inspect(ticker)).toBe(`Ticker { ${state} }`);
    ticker.stop();
  });

  it("C13: a WaitGroup tells its count, and how many wait", () => {
    const group = new WaitGroup();
    group.add(3);
    void group.wait();

    expect(inspect(group)).toBe("WaitGroup { count: 3, waiting: 1 }");
  });

  it("C13: a Group tells its limit, how many run and wait, and whether it is aborted", async () => {
    const group = new Group({ limit: 2 });
    const gate = new Gate();
    for (let i = 0; i < 5; i++) void group.go(() => gate.promise);
    expect(inspect(group)).toBe("Group { limit: 2, running: 2, waiting: 3, aborted: false }");

    gate.open(1);
    await group.wait();

    expect(inspect(group)).toBe("Group { limit: 2, running: 0, waiting: 0, aborted: true }");
  });

  it("C13: a Semaphore and its permits tell what is held and how many wait", () => {
    const semaphore = new Semaphore(3);
    const permit = semaphore.tryAcquire(2);
    void semaphore.acquire(2);
    void semaphore.acquire(4);

    expect(inspect(semaphore)).toBe("Semaphore { permits: 3, available: 1, waiting: 2 }");
    expect(inspect(permit)).toBe("Permit { n: 2, released: false }");
    permit?.release();
    expect(inspect(permit)).toBe("Permit { n: 2, released: true }");
  });

  it("C13: a Mutex tells whether it is locked, and how many wait", () => {
    const mutex = new Mutex();
    expect(inspect(mutex)).toBe("Mutex { locked: false, waiting: 0 }");
    void mutex.lock();
    void mutex.lock();

    expect(inspect(mutex)).toBe("Mutex { locked: true, waiting: 1 }");
  });

  it("C13: a Limiter tells its rate, what is there, and how many wait; to look changes nothing", () => {
    const limiter = new Limiter({ limit: 2, interval: 100, burst: 5 });
    limiter.allow(4);
    expect(inspect(limiter)).toBe(
      "Limiter { limit: 2, interval: 100, burst: 5, available: 1, waiting: 0 }",
    );
    void limiter.wait(2);
    jest.setSystemTime(Date.now() + 1000);

    expect(inspect(limiter)).toBe(
      "Limiter { limit: 2, interval: 100, burst: 5, available: 0, waiting: 1 }",
    );
    expect(jest.getTimerCount()).toBe(1);
  });
});

describe("disposal where the platform has no symbol for it yet", () => {
  const names = ["dispose", "asyncDispose"] as const;
  const Original = Symbol;

  afterEach(() => {
    globalThis.Symbol = Original;
  });

  /** A `Symbol` like the platform's, but without those: newer platforms let nothing take them away. */
  function olderSymbol(): Record<string, unknown> {
    const older = (description?: string): symbol => Original(description);
    const known = ["length", "name", "prototype", ...names];
    for (const name of Object.getOwnPropertyNames(Original)) {
      if (!known.includes(name))
        Object.assign(older, { [name]: Reflect.get(Original, name) as unknown });
    }
    return older as never;
  }

  it("C13, B2: what is disposable has the key that compiled `using` takes, before and after a polyfill", async () => {
    const older = olderSymbol();
    globalThis.Symbol = older as never;
    let copy: typeof import("../../src/index.js") | undefined;
    await jest.isolateModulesAsync(async () => {
      copy = await import("../../src/index.js");
    });
    const { Group: LateGroup, Semaphore: LateSemaphore, Ticker: LateTicker } = copy!;
    const make = () => [new LateTicker(1000), new LateSemaphore(1).tryAcquire()!, new LateGroup()];
    const [ticker, permit, group] = make() as never as [never, never, never];
    const keyed = (thing: object, key: symbol): (() => unknown) | undefined =>
      (thing as Record<symbol, () => unknown>)[key];

    const registered = Symbol.for("Symbol.dispose");
    expect(keyed(ticker, registered)).toBeInstanceOf(Function);
    expect(keyed(permit, registered)).toBeInstanceOf(Function);
    expect(keyed(group, Symbol.for("Symbol.asyncDispose"))).toBeInstanceOf(Function);

    const late = { dispose: Symbol("late"), asyncDispose: Symbol("late async") };
    Object.assign(older, late);
    const [, latePermit, lateGroup] = make() as never as [never, never, never];
    keyed(latePermit, late.dispose)?.call(latePermit);
    expect(() => {
      (latePermit as { release(): void }).release();
    }).toThrow("permit released twice");
    await keyed(lateGroup, late.asyncDispose)?.call(lateGroup);
    expect(await (lateGroup as Group).go(() => 1)).toBe(false);
    expect(keyed(ticker, late.dispose)).toBeInstanceOf(Function);
  });
});
