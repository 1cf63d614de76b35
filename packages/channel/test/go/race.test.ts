// runtime/race/testdata: which orders are guaranteed (NoRace...), and which are not (Race...). With
// one thread there are no data races; what is left of them is the order in which tasks may continue.

import { describe, expect, it } from "@jest/globals";

import { Chan, select, send } from "../../src/index.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { settle } from "../support/settle.js";
import { allEnd, everyInterleaving, go, neverBlocks } from "./support.js";

describe("race", () => {
  it.each([
    ["NoRaceChanSync", 0],
    ["NoRaceChanAsync", 10],
  ])("%s: what was done before a send is seen after its receive", async (_, cap) => {
    const ch = new Chan<number>(cap);
    let data = 0;
    const sender = go(async () => {
      for (let i = 1; i <= 100; i++) {
        data = i;
        await ch.send(i);
      }
    });

    for (let i = 1; i <= 100; i++) {
      await ch.recv();
      expect(data).toBeGreaterThanOrEqual(i);
    }
    await allEnd(sender);
  });

  it("NoRaceChanSyncRev: without a buffer no send ends before its receive has begun", async () => {
    const ch = new Chan<number>();
    let received = 0;
    const sender = go(async () => {
      for (let i = 1; i <= 100; i++) {
        await ch.send(i);
        expect(received).toBeGreaterThanOrEqual(i);
      }
    });

    while (received < 100) {
      if (received % 10 === 0) await settle();
      received++;
      await ch.recv();
    }
    await allEnd(sender);
  });

  it("RaceChanAsyncRev: with a buffer a send ends before the receive", async () => {
    await neverBlocks(() => new Chan<number>(1).send(1));
  });

  describe.each(forms)("by $name", ({ recv, send, trySend }) => {
    it.each([
      ["NoRaceChanSyncCloseRecv", 0],
      ["NoRaceChanAsyncCloseRecv", 10],
    ])(
      "%s: what was done before a close is seen after a receive that ends by it",
      async (_, cap) => {
        const ch = new Chan<number>(cap);
        let data = 0;
        const seen = [recv(ch), recv(ch)].map((received) => received.then((r) => [r, data]));

        await settle();
        data = 1;
        ch.close();

        expect(await Promise.all(seen)).toEqual([
          [closed, 1],
          [closed, 1],
        ]);
      },
    );

    it.each([
      ["NoRaceBlockedSendSync", false],
      ["NoRaceChanPtr", true],
    ])(
      "%s: what is sent arrives as it is when it is received, had it to wait or not",
      async (_, first) => {
        const ch = new Chan<{ n: number }>();
        const value = { n: 0 };
        const early = first ? recv(ch) : undefined;
        const sent = send(ch, value);
        value.n = 1;

        const received = await (early ?? recv(ch));

        expect(received.value).toBe(value);
        expect(received).toEqual(got({ n: 1 }));
        await sent;
      },
    );

    it("RaceChanSendClose: a send meets a close: it arrives or it fails, but is not lost", async () => {
      const outcomes: (boolean | "failed")[] = [];

      everyInterleaving(() => {
        const ch = new Chan<number>(1);
        const attempt = (): void => {
          try {
            outcomes.push(trySend(ch, 1) && ch.tryRecv()?.value === 1);
          } catch {
            outcomes.push("failed");
          }
        };
        return [[attempt], [() => ch.close()]];
      });

      expect(outcomes).toEqual([true, "failed"]);
    });
  });

  it("NoRaceBlockedSelectSendSync: so does what a select sends after a wait", async () => {
    const [ch, idle] = [new Chan<{ n: number }>(), new Chan<never>()];
    const value = { n: 0 };
    const sent = select({ idle, sent: send(ch, value) });
    await settle();
    value.n = 1;

    expect((await ch.recv()).value).toBe(value);
    expect((await sent).key).toBe("sent");
  });

  it("NoRaceCloseHappensBeforeRead: a task that finds the channel closed finds the rest done", async () => {
    const done = new Chan<never>();
    let data = 0;
    const finder = go(async () => {
      while (done.tryRecv() === undefined) await settle();
      expect(data).toBe(1);
    });

    await settle();
    data = 1;
    done.close();
    await allEnd(finder);
  });

  it("RaceChanCloseClose: of two closes one fails, whichever comes later", () => {
    const failures: string[] = [];

    everyInterleaving(() => {
      const ch = new Chan<number>();
      const close = (name: string) => (): void => {
        try {
          ch.close();
        } catch {
          failures.push(name);
        }
      };
      return [[close("a")], [close("b")]];
    });

    expect(failures).toEqual(["b", "a"]);
  });

  it("RaceChanSendLen, RaceChanRecvLen, NoRaceChanCloseLen: len is of this instant", () => {
    const ch = new Chan<number>(2);
    const lens = [ch.len];
    for (const step of [
      () => ch.trySend(1),
      () => ch.trySend(2),
      () => ch.close(),
      () => ch.tryRecv(),
    ]) {
      step();
      lens.push(ch.len);
    }

    expect(lens).toEqual([0, 1, 2, 2, 1]);
  });
});
