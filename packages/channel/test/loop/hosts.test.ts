// C11 wherever the package runs. Each host lacks something, or has a fake in its place, which does
// nothing unless a test says so. Nothing is measured: tasks go on until the others had their turn.

import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { stat } from "node:fs";
import { mock } from "node:test";

import { type Channels, type Globals, inRealm, outside } from "../support/realm.js";

const VERY_MANY = 2_000_000;

const none = (...names: string[]): Globals =>
  Object.fromEntries(names.map((name) => [name, undefined]));

/** What stands in the place of timers and clocks while time is faked. */
function fakesOf(globals: typeof globalThis, fake: () => unknown, unfake: () => unknown): Globals {
  fake();
  const { setImmediate, setTimeout, setInterval, performance, Date } = globals;
  unfake();
  return { setImmediate, setTimeout, setInterval, performance, Date };
}

const unfake = (): unknown => jest.useRealTimers();
const faked = {
  jest: fakesOf(globalThis, () => jest.useFakeTimers({ doNotFake: [] }), unfake),
  vitest: fakesOf(globalThis, () => jest.useFakeTimers({ doNotFake: ["performance"] }), unfake),
  mocks: fakesOf(globalThis, () => jest.useFakeTimers({ legacyFakeTimers: true }), unfake),
  node: fakesOf(
    outside,
    () => mock.timers.enable(),
    () => mock.timers.reset(),
  ),
};
const stopped = { performance: { now: () => 0 }, Date: { now: () => 0 } };
const noMessages = none("MessageChannel");
const noTimers = none("MessageChannel", "setImmediate", "setTimeout", "setInterval");

const hosts: [string, Globals][] = [
  ["that has all", {}],
  ["that has no setImmediate", none("setImmediate")],
  ["that has no setImmediate and no messages", none("setImmediate", "MessageChannel")],
  ["that has neither timers nor messages", noTimers],
  [
    "that has neither timers nor messages, and no clock but Date",
    { ...noTimers, ...none("performance") },
  ],
  ["where Jest fakes time", faked.jest],
  ["where Jest fakes time, and there are no messages", { ...faked.jest, ...noMessages }],
  ["where Vitest fakes time", faked.vitest],
  ["where Vitest fakes time, and there are no messages", { ...faked.vitest, ...noMessages }],
  ["where Jest mocks timers", faked.mocks],
  ["where Jest mocks timers, and there are no messages", { ...faked.mocks, ...noMessages }],
  ["where node:test fakes time", faked.node],
  ["where node:test fakes time, and there are no messages", { ...faked.node, ...noMessages }],
  ["where the clock stands still", stopped],
  [
    "where the clock stands still, and there is no setImmediate",
    { ...stopped, ...none("setImmediate") },
  ],
  ["where the clock stands still, and there are no timers", { ...stopped, ...noTimers }],
];

describe.each(hosts)("a host %s", (_, globals) => {
  it("C11: files are read while two tasks exchange messages", () =>
    inRealm(globals, async (channels) => {
      let files = 5;
      const read = (): void => {
        if (--files > 0) stat(__filename, read);
      };
      stat(__filename, read);

      const messages = await exchange(channels, (n) => files > 0 && n < VERY_MANY);

      expect(messages).toBeLessThan(VERY_MANY);
    }));

  it("C11: messages go on where nothing else does, and none of them is lost", () =>
    inRealm(globals, async (channels) => {
      const sent = 4000;

      expect(await exchange(channels, (n) => n < sent)).toBe(sent);
      await channels.settle();
    }));
});

it("T1: what is due can be had by trying where there is no setTimeout", () =>
  inRealm(noTimers, async ({ after }) => {
    expect(after(0).tryRecv()).toMatchObject({ ok: true });
    expect(after(60_000).tryRecv()).toBeUndefined();
    await Promise.resolve();
  }));

it("C11: no port keeps the process open once all have settled", () =>
  inRealm(none("setImmediate"), async (channels) => {
    await exchange(channels, (n) => n < 4000);
    await channels.settle();

    // Node closes ports in a later turn.
    for (let turns = 0; turns < 100 && openPorts() > 0; turns++) await turn();
    expect(openPorts()).toBe(0);
  }));

describe("a host whose time is faked after the package was loaded", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ["all of it", []],
    ["all but performance", ["performance"]],
    ["all but the clocks", ["performance", "Date"]],
  ] as const)("C11: messages go on, with %s faked, and its timers cleared", (_, doNotFake) =>
    inRealm({}, async (channels) => {
      jest.useFakeTimers({ doNotFake: [...doNotFake] });
      const goOn = (n: number): boolean => {
        if (n % 1000 === 0) jest.clearAllTimers();
        return n < 4000;
      };

      expect(await exchange(channels, goOn)).toBe(4000);
      jest.useRealTimers();
      expect(await exchange(channels, goOn)).toBe(4000);
    }),
  );
});

/** Two tasks exchange messages while `goOn` says so of their number, which is given at the end. */
async function exchange({ Chan }: Channels, goOn: (n: number) => boolean): Promise<number> {
  const [there, back] = [new Chan<number>(), new Chan<number>()];
  const echo = async (): Promise<void> => {
    for await (const n of there) await back.send(n);
  };
  const echoed = echo();
  let n = 0;
  let sum = 0;
  for (; goOn(n); n++) {
    await there.send(n);
    sum += (await back.recv()).value ?? NaN;
  }
  there.close();
  await echoed;
  expect(sum).toBe((n * (n - 1)) / 2);
  return n;
}

function openPorts(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    outside.setImmediate(resolve);
  });
}
