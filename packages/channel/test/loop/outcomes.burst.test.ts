// C11 where outcomes and the work that follows them do not alternate: many are told at one go, a
// handler turns slow, and the rest of the program has work of its own in every turn of the loop.

import { beforeEach, describe, expect, it } from "@jest/globals";

import { type Channels, type FakeLoop, loadedLoop } from "../support/loop.js";
import { settle } from "../support/settle.js";
import { isFull } from "../../../../tools/testing/depth.js";

describe("outcomes", () => {
  let loop: FakeLoop;
  let channels: Channels;
  beforeEach(async () => {
    ({ loop, channels } = await loadedLoop());
  });

  /** Two tasks that exchange messages. After so many of them `afterwards` is called. */
  function traffic(afterwards: () => void, messages = 2000): Promise<unknown> {
    const ch = new channels.Chan<number>(64);
    const send = async (): Promise<void> => {
      for (let i = 0; i < 3000; i++) {
        if (i === messages) afterwards();
        await ch.send(i);
      }
      ch.close();
    };
    const receive = async (): Promise<void> => {
      while ((await ch.recv()).ok) loop.time += 0.0002;
    };
    return Promise.all([send(), receive()]);
  }

  /** Tasks that wait for `ch`, and then work for `cost` ms each; what they have done, in order. */
  function workers(ch: InstanceType<typeof channels.Chan<number>>, count: number, cost: number) {
    const order: number[] = [];
    const work = async (id: number): Promise<void> => {
      await ch.recv();
      loop.time += cost;
      order.push(id);
    };
    return { order, ended: Promise.all(Array.from({ length: count }, (_, i) => work(i))) };
  }

  describe("of a burst", () => {
    it("C11, C5: after a pause, of 1,000 waiters woken at one go at most 2 run in a turn, in order", async () => {
      const ch = new channels.Chan<number>();
      const { order, ended } = workers(ch, 1000, 1);
      await loop.pause();

      ch.close();
      await loop.runUntil(ended);

      expect(loop.longest).toBeLessThanOrEqual(2);
      expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    });

    it("C11, C5: in mid-stream at most 10 run in a turn, in order", async () => {
      const ch = new channels.Chan<number>();
      const { order, ended } = workers(ch, 1000, 1);
      await loop.pause();

      const talked = traffic(() => {
        ch.close();
      });
      await loop.runUntil(Promise.all([ended, talked]));

      expect(loop.longest).toBeGreaterThan(1);
      expect(loop.longest).toBeLessThanOrEqual(9.5);
      expect(order).toEqual(Array.from({ length: 1000 }, (_, i) => i));
    });

    it("C11: so it is where each wake-up is followed by a wait for its answer", async () => {
      const [ch, answers] = [new channels.Chan<number>(), new channels.Chan<number>(Infinity)];
      const { ended } = workers(ch, 300, 1);
      await loop.pause();

      const talked = traffic(() => {
        for (let i = 0; i < 300; i++) {
          ch.trySend(i);
          void answers.recv();
        }
      });
      await loop.runUntil(Promise.all([ended, talked]));

      expect(loop.longest).toBeLessThanOrEqual(12.5);
    });

    it("C11: and where many tasks hand permits on, and turn slow together", async () => {
      const semaphore = new channels.Semaphore(20);
      let n = 0;
      const work = async (): Promise<void> => {
        for (let i = 0; i < 100; i++) {
          const permit = await semaphore.acquire();
          loop.time += ++n > 4800 ? 1 : 0.0002;
          permit.release();
        }
      };
      await loop.pause();

      await loop.runUntil(Promise.all(Array.from({ length: 50 }, work)));

      expect(n).toBe(5000);
      expect(loop.longest).toBeLessThanOrEqual(20.5);
    });

    it("C11: so it is for sends in a row, for a group, and for selects", async () => {
      for (const wake of ["send", "group", "select"] as const) {
        const ch = new channels.Chan<number>();
        const group = new channels.WaitGroup();
        group.add();
        const wait = {
          send: () => ch.recv(),
          group: () => group.wait(),
          select: () => channels.select([ch]),
        };
        const ended = Promise.all(
          Array.from({ length: 100 }, () => wait[wake]().then(() => (loop.time += 1))),
        );
        await loop.pause();

        if (wake === "send") for (let i = 0; i < 100; i++) ch.trySend(i);
        else if (wake === "group") group.done();
        else ch.close();
        await loop.runUntil(ended);

        expect(loop.longest).toBeLessThanOrEqual(2);
      }
    });

    it.each([0, 1, 2, 4, 6])(
      "C11: so it is where each outcome goes through %s async functions to the one that works with it",
      async (depth) => {
        const ch = new channels.Chan<number>();
        const recv = async (left: number): Promise<unknown> =>
          left === 0 ? ch.recv() : await recv(left - 1);
        const ended = Promise.all(
          Array.from({ length: 100 }, async () => {
            await recv(depth);
            loop.time += 1;
          }),
        );
        await loop.pause();

        ch.close();
        await loop.runUntil(ended);

        expect(loop.longest).toBeLessThanOrEqual(3);
      },
    );

    it("C11: and where it goes through generators", async () => {
      const ch = new channels.Chan<number>();
      async function* through(source: AsyncIterable<number>): AsyncGenerator<number> {
        yield* source;
        yield -1;
      }
      const ended = Promise.all(
        Array.from({ length: 100 }, async () => {
          const it = through(through(ch));
          while (!((await it.next()).done ?? false)) loop.time += 1;
        }),
      );
      await loop.pause();

      ch.close();
      await loop.runUntil(ended);

      expect(loop.longest).toBeLessThanOrEqual(7);
    });

    it("C11: of tasks that start at one go on a full channel, too", async () => {
      const ch = new channels.Chan<number>(Infinity);
      for (let i = 0; i < 1000; i++) ch.trySend(i);
      await loop.pause();

      const { ended } = workers(ch, 1000, 1);
      await loop.runUntil(ended);

      expect(loop.longest).toBeLessThanOrEqual(2);
    });

    it("C11: of such tasks at most 32 run in a turn in mid-stream", async () => {
      const ch = new channels.Chan<number>(Infinity);
      for (let i = 0; i < 1000; i++) ch.trySend(i);
      let started: ReturnType<typeof workers> | undefined;

      const talked = traffic(() => {
        started = workers(ch, 1000, 1);
      });
      await loop.runUntil(talked.then(() => started?.ended));

      expect(started?.order).toHaveLength(1000);
      expect(loop.longest).toBeLessThanOrEqual(32.5);
    });

    // A mark is set at one of 6 looks, and there is a look at each 16 messages.
    const whenever = Array.from(
      { length: isFull ? 97 : 14 },
      (_, i) => 1900 + (isFull ? i : 7 * i),
    );

    it("C11: of calls of one kind as few, whenever they come between two marks", async () => {
      for (const messages of whenever) {
        await loop.pause();
        const ch = new channels.Chan<number>(Infinity);
        for (let i = 0; i < 100; i++) ch.trySend(i);
        let started: ReturnType<typeof workers> | undefined;

        const talked = traffic(() => {
          started = workers(ch, 100, 1);
        }, messages);
        await loop.runUntil(talked.then(() => started?.ended));

        expect(loop.longest).toBeLessThanOrEqual(32.5);
      }
    });

    it("C11: of sends and receives in turn, which look like talk, at most 112 pairs run in a turn", async () => {
      for (const messages of whenever) {
        await loop.pause();
        const ch = new channels.Chan<number>(1);
        const work = (): number => (loop.time += 0.5);
        const ended: Promise<unknown>[] = [];

        const talked = traffic(() => {
          for (let i = 0; i < 200; i++) ended.push(ch.send(i).then(work), ch.recv().then(work));
        }, messages);
        await loop.runUntil(talked.then(() => Promise.all(ended)));

        expect(loop.longest).toBeLessThanOrEqual(112.5);
      }
    });

    it("C11: fast ones need few turns", async () => {
      const ch = new channels.Chan<number>();
      const { ended } = workers(ch, 10_000, 0.0001);
      await loop.pause();

      ch.close();
      const turns = await loop.runUntil(ended);

      expect(turns).toBeLessThanOrEqual(3);
      expect(loop.longest).toBeLessThan(0.55);
    });

    it("C11: one that turns slow is cut short after a step of 16, or of the last 32", async () => {
      const ch = new channels.Chan<number>();
      let n = 0;
      const ended = Promise.all(
        Array.from({ length: 300 }, async () => {
          await ch.recv();
          loop.time += ++n > 150 ? 1 : 0.0001;
        }),
      );
      await loop.pause();

      ch.close();
      await loop.runUntil(ended);

      expect(loop.longest).toBeLessThanOrEqual(16.5);
    });

    it("C5: what completes meanwhile queues up behind it", async () => {
      const ch = new channels.Chan<number>();
      const other = new channels.Chan<string>(1);
      const { order, ended } = workers(ch, 30, 0.3);
      await loop.pause();

      ch.close();
      const sent = other.send("x").then(() => order.push(-1));
      await loop.runUntil(Promise.all([ended, sent]));

      expect(order).toEqual([...Array.from({ length: 30 }, (_, i) => i), -1]);
    });
  });

  describe("of a handler that turns slow", () => {
    const sizes = [
      { when: "after a pause", fast: 0, most: 4 },
      { when: "in mid-stream", fast: 5000, most: 16 },
    ];
    it.each(sizes)("C11: $when it runs at most $most times in a turn", async ({ fast, most }) => {
      const ch = new channels.Chan<number>(Infinity);
      for (let i = 0; i < fast + 100; i++) ch.trySend(i);
      ch.close();
      await loop.pause();

      const handle = async (): Promise<void> => {
        for await (const i of ch) loop.time += i < fast ? 0.0001 : 50;
      };
      await loop.runUntil(handle());

      expect(loop.longest / 50).toBeLessThanOrEqual(most + 0.1);
    });

    it.each(sizes)("C11: a loop that calls gosched $when: at most 6 times", async ({ fast }) => {
      await loop.pause();

      const compute = async (): Promise<void> => {
        for (let i = 0; i < fast + 100; i++) {
          loop.time += i < fast ? 0.0001 : 50;
          const turn = channels.gosched();
          if (turn !== undefined) await turn;
        }
      };
      await loop.runUntil(compute());

      expect(loop.longest / 50).toBeLessThanOrEqual(6.1);
    });

    it.each(sizes)("C11: functions of a Group $when: at most 6 times", async ({ fast }) => {
      const group = new channels.Group({ limit: 2 });
      await loop.pause();

      let n = 0;
      for (let i = 0; i < fast + 100; i++) {
        void group.go(() => {
          loop.time += ++n <= fast ? 0.0001 : 50;
        });
      }
      await loop.runUntil(group.wait());

      expect(n).toBe(fast + 100);
      expect(loop.longest / 50).toBeLessThanOrEqual(6.1);
    });
  });

  it("C11: functions of a Group that are started one after the other count as much", async () => {
    const group = new channels.Group();
    await loop.pause();

    const start = async (): Promise<void> => {
      for (let i = 0; i < 3000; i++) {
        await group.go(() => {
          loop.time += i < 2900 ? 0.0001 : 1;
        });
      }
    };
    await loop.runUntil(start());

    expect(loop.longest).toBeLessThanOrEqual(6.5);
  });

  it("C11: so do those that wait for something else before they work", async () => {
    const group = new channels.Group({ limit: 100 });
    let n = 0;
    await loop.pause();

    for (let i = 0; i < 3000; i++) {
      void group.go(async () => {
        await Promise.resolve();
        loop.time += ++n > 2800 ? 1 : 0.0001;
      });
    }
    await loop.runUntil(group.wait());

    expect(n).toBe(3000);
    expect(loop.longest).toBeLessThanOrEqual(20.5);
  });

  describe("beside other work in every turn", () => {
    /** How much of the time two tasks get that always have something to tell each other. */
    async function share(elsewhere: number): Promise<number> {
      const ch = new channels.Chan<number>(16);
      let messages = 0;
      const [cost, end] = [0.002, loop.time + 200];
      const send = async (): Promise<void> => {
        while (loop.time < end) await ch.send(1);
        ch.close();
      };
      const receive = async (): Promise<void> => {
        while ((await ch.recv()).ok) {
          loop.time += cost;
          messages++;
        }
      };
      loop.elsewhere = elsewhere;
      await loop.runUntil(Promise.all([send(), receive()]));
      return (messages * cost) / 200;
    }

    it.each([
      { elsewhere: 0.3, least: 0.6 },
      { elsewhere: 1, least: 0.3 },
      { elsewhere: 3, least: 0.25 },
      { elsewhere: 10, least: 0.25 },
    ])(
      "C11: channels get $least of the time beside $elsewhere ms",
      async ({ elsewhere, least }) => {
        expect(await share(elsewhere)).toBeGreaterThanOrEqual(least);
      },
    );

    it("C11: a single long one does not slow them down for good", async () => {
      loop.elsewhere = 30;
      await share(30);

      expect(await share(0.3)).toBeGreaterThanOrEqual(0.6);
    });

    it("C11: tasks that arrive in every turn end in it", async () => {
      loop.elsewhere = 1;
      let ended = 0;
      const ch = new channels.Chan<number>(4);
      const task = async (): Promise<void> => {
        for (let i = 0; i < 2; i++) {
          await ch.send(i);
          await ch.recv();
          loop.time += 0.001;
        }
        ended++;
      };

      for (let turn = 1; turn <= 50; turn++) {
        for (let i = 0; i < 5; i++) void task();
        await settle();
        loop.turnOnly();
        await settle();
        expect(ended).toBe(turn * 5);
      }
    });
  });

  it("C11: many tasks that talk at the same time are no burst: none of them is kept waiting", async () => {
    const ch = new channels.Chan<number>(Infinity);
    const talk = async (): Promise<void> => {
      for (let i = 0; i < 1000; i++) {
        await ch.send(i);
        loop.time += 0.00001;
      }
    };

    const turns = await loop.runUntil(Promise.all(Array.from({ length: 20 }, talk)));

    expect(turns).toBeLessThanOrEqual(1);
  });

  it("C11: one operation now and then reads no clock and asks for no turn", async () => {
    const ch = new channels.Chan<number>(1);
    void channels.gosched();
    await loop.pause();
    const { reads } = loop;

    await ch.send(1);

    expect(loop.reads).toBe(reads);
    expect(loop.isTurnDue).toBe(false);
  });

  it("C11: where the clock stands still, turns come all the same", async () => {
    const ch = new channels.Chan<number>(1);
    const talk = async (): Promise<void> => {
      for (let i = 0; i < 5000; i++) {
        await ch.send(i);
        await ch.recv();
      }
    };

    expect(await loop.runUntil(talk())).toBeGreaterThanOrEqual(4);
  });
});
