// C11 wherever the package runs: with what is missing, or faked, when it is loaded.

import { describe, expect, it, jest } from "@jest/globals";

import { loadWith } from "../support/loop.js";
import { collect } from "../support/process.js";
import { type Channels, inRealm, outside } from "../support/realm.js";

/** As often tasks talk in many turns of the loop, unless there are none. */
const VERY_MANY = 100_000;

/** What Sinon's timers look like, which Jest and Vitest use, and those of node:test. */
const sinon = Object.assign(neverCalls, { clock: {} });
const mocked = jest.fn(neverCalls);
const nodeTest = neverCalls.bind(undefined);

function neverCalls(): void {
  throw new Error("a fake timer was used");
}

/** Two tasks that talk until the event loop has had so many turns, or for so long; how often they did. */
async function talk(
  { Chan }: Pick<Channels, "Chan">,
  turns: number,
  most = VERY_MANY,
): Promise<number> {
  const [ping, pong] = [new Chan<number>(), new Chan<number>()];
  let [hadTurns, rounds] = [0, 0];
  const count = (): void => {
    if (++hadTurns < turns) outside.setImmediate(count);
  };
  outside.setImmediate(count);
  const echo = async (): Promise<void> => {
    for await (const i of ping) await pong.send(i);
  };
  const echoed = echo();
  for (; hadTurns < turns && rounds < most; rounds++) {
    await ping.send(rounds);
    if ((await pong.recv()).value !== rounds) throw new Error("out of order");
  }
  ping.close();
  await echoed;
  return rounds;
}

describe("host", () => {
  class Messages extends MessageChannel {
    static made = 0;
    static open = 0;
    constructor() {
      super();
      Messages.made++;
      Messages.open++;
      this.port1.addEventListener("close", () => Messages.open--);
    }
  }
  const first = ({ gosched }: Channels): void => void gosched();

  it.each([
    ["there is no setImmediate, as in browsers", { setImmediate: undefined }],
    ["it is faked by Sinon", { setImmediate: sinon }],
    ["it is mocked by Jest", { setImmediate: mocked }],
    ["it is faked by node:test", { setImmediate: nodeTest }],
  ])("C11: turns come by messages where %s", async (_, globals) => {
    Messages.made = 0;
    const channels = await loadWith({ ...globals, MessageChannel: Messages }, first);

    const rounds = await talk(channels, 20);

    expect(rounds).toBeLessThan(VERY_MANY);
    expect(Messages.made).toBeGreaterThan(1);
  });

  it("C11: there are no ports while no turn is due: they would keep the process alive", async () => {
    const channels = await loadWith({ setImmediate: undefined, MessageChannel: Messages }, first);
    await talk(channels, 5);
    await channels.settle();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

    expect(Messages.open).toBe(0);
  });

  it("C11: nor after the first turn, for which one pair of them was made", async () => {
    [Messages.made, Messages.open] = [0, 0];
    const uncaught = await collect("uncaughtException", async () => {
      await loadWith({ setImmediate: undefined, MessageChannel: Messages }, first);
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    });

    expect(uncaught).toEqual([]);
    expect([Messages.made, Messages.open]).toEqual([1, 0]);
  });

  const noTimers = { setImmediate: undefined, MessageChannel: undefined, setTimeout: undefined };

  it.each([
    ["by setTimeout where there are no messages, as in jsdom", {}, [true, false]],
    ["by an atomic wait where timers are faked, too", { setTimeout: sinon }, [false, true]],
    ["by an atomic wait where there is no timer at all", noTimers, [false, true]],
  ])("C11: turns come %s", async (_, globals, expected) => {
    let [timeouts, waits] = [0, 0];
    const setTimeout = (callback: () => void): void => {
      timeouts++;
      outside.setTimeout(callback);
    };
    const { waitAsync, notify } = Atomics as unknown as Record<string, (...args: never) => unknown>;
    const counted = (...args: never): unknown => {
      waits++;
      return waitAsync!(...args);
    };
    const host = { ...noTimers, setTimeout, Atomics: { waitAsync: counted, notify }, ...globals };

    await inRealm(host, async (channels) => {
      expect(await talk(channels, 3)).toBeLessThan(VERY_MANY);
      await channels.settle();
    });

    expect([timeouts > 0, waits > 0]).toEqual(expected);
  });

  it.each([
    ["no Atomics", { Atomics: undefined }],
    ["no waitAsync", { Atomics: {} }],
    ["no memory to share", { SharedArrayBuffer: undefined }],
  ])("C11: messages go on where there is nothing but promises, and %s", (_, globals) =>
    inRealm({ ...noTimers, ...globals }, async (channels) => {
      expect(await talk(channels, 1, 5000)).toBe(5000);
      await channels.settle();

      // As by a polyfill.
      Object.assign(globalThis, { setImmediate: outside.setImmediate });
      expect(await talk(channels, 1)).toBeLessThan(VERY_MANY);
    }),
  );

  it("C11: timers that are faked after the package was loaded change nothing", async () => {
    const channels = await loadWith({});
    jest.useFakeTimers({ doNotFake: [] });

    const settled = channels.settle();

    await settled;
    jest.useRealTimers();
  });

  it("C11: what was missing, or faked, when the package was loaded is used once it is there", async () => {
    const channels = await loadWith({ setImmediate: undefined, MessageChannel: Messages });
    Messages.made = 0;

    await channels.settle();

    expect(Messages.made).toBe(0);
  });

  it.each([
    ["of a faked performance", { performance: { now: sinon } }],
    ["where there is none", { performance: undefined }],
  ])("C11: the clock is Date's instead %s", async (_, globals) => {
    let reads = 0;
    const now = (): number => ++reads;
    const channels = await loadWith({ ...globals, Date: { now } }, first);

    expect(reads).toBe(1);
    void channels.gosched();
    expect(reads).toBe(2);
  });

  it.each(["Date", "now"])(
    "C11: the clock is the platform's own once the fakes are gone that were there at load (%s)",
    async (faked) => {
      let reads = 0;
      const now = (): number => {
        reads++;
        return 1;
      };
      const Date =
        faked === "now" ? { now: Object.assign(now, { clock: {} }) } : { now, clock: {} };
      const channels = await loadWith({ performance: { now: sinon }, Date }, first);
      const atLoad = reads;

      void channels.gosched();

      expect(reads).toBe(atLoad);
    },
  );
});
