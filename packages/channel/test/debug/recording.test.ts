import { afterEach, describe, expect, it, jest } from "@jest/globals";

import type { Recording } from "../../src/debug/index.js";
import { FakeHost, inHost, type Sighted } from "../support/fake-host.js";
import { settle } from "../support/settle.js";

afterEach(() => {
  jest.useRealTimers();
});

/** What happens while `act` is recorded: "feed send jobs", and "<- 0" for a receive of what event 0 sent. */
async function recorded(
  act: (copy: Sighted) => unknown,
  limit?: number,
): Promise<{ readonly lines: string[]; readonly recording: Recording }> {
  let recording: Recording | undefined;
  await inHost(new FakeHost(), async (copy) => {
    recording = copy.record({ limit });
    await act(copy);
    await settle();
    recording.stop();
  });
  const { events } = recording as Recording;
  const lines = events.map(({ kind, task, on, detail, from }) => {
    const source = from === undefined ? "" : ` <- ${from}`;
    return `${task} ${kind} ${on.replaceAll(/Chan |"/g, "")}${detail === undefined ? "" : ` ${detail}`}${source}`;
  });
  return { lines, recording: recording as Recording };
}

describe("V4: a recording", () => {
  it("has sends and receives that need not wait, with the send of what was received", async () => {
    const { lines } = await recorded(async ({ Chan, named }) => {
      const jobs = new Chan<number>(2, { name: "jobs" });
      await named("feed", async () => {
        await jobs.send(1);
        jobs.trySend(2);
      });
      await named("work", async () => {
        jobs.tryRecv();
        await jobs.recv();
      });
    });
    expect(lines).toEqual([
      "feed send jobs",
      "feed send jobs",
      "work receive jobs <- 0",
      "work receive jobs <- 1",
    ]);
  });

  it("tells sends to a broadcast by its name, and follows no value through it", async () => {
    const { lines } = await recorded(async ({ Broadcast, named }) => {
      const news = new Broadcast<number>({ name: "news" });
      const reader = news.subscribe(1, { name: "reader" });
      await named("feed", () => news.send(1));
      const late = named("feed", () => news.send(2));
      await named("read", () => reader.recv());
      await late;
      named("feed", () => {
        news.close();
      });
      const direct = new Broadcast<number>({ name: "direct" });
      const taker = direct.subscribe(0, { name: "taker" });
      const sent = named("feed", () => direct.send(1));
      named("read", () => taker.tryRecv());
      await sent;
    });
    expect(lines).toEqual([
      "feed send Broadcast news",
      "read receive Subscription reader",
      "feed send Broadcast news",
      "feed close Broadcast news",
      "feed send Broadcast direct",
      "read receive Subscription taker",
    ]);
  });

  it("tells a hand-over to a receiver that waits in the order of cause and effect", async () => {
    const { lines, recording } = await recorded(async ({ Chan, named }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      void named("work", () => jobs.recv());
      await settle();
      named("feed", () => jobs.trySend(1));
    });
    expect(lines).toEqual(["feed send jobs", "work receive jobs <- 0"]);
    const [send, receive] = recording.events;
    expect(send?.since).toBe(send?.time);
    expect(receive?.since).toBeLessThan(receive?.time as number);
  });

  it("knows of senders that wait: without a buffer, and behind a full one", async () => {
    const { lines } = await recorded(async ({ Chan, named }) => {
      for (const cap of [0, 1]) {
        const jobs = new Chan<number>(cap, { name: "jobs" });
        for (const task of ["a", "b"]) void named(task, () => jobs.send(1));
        named("work", () => [jobs.tryRecv(), jobs.tryRecv()]);
      }
    });
    expect(lines).toEqual([
      "a send jobs",
      "work receive jobs <- 0",
      "b send jobs",
      "work receive jobs <- 2",
      "a send jobs",
      "b send jobs",
      "work receive jobs <- 4",
      "work receive jobs <- 5",
    ]);
  });

  it("knows nothing of values that were there before, and is not confused by them", async () => {
    const { lines } = await recorded(async ({ Chan, named, record }) => {
      const channels = [0, 1, 2, 3].map((n) => new Chan<number>(2, { name: `c${n}` }));
      const [a, b, c, d] = channels as [(typeof channels)[0], ...typeof channels];
      const other = record();
      for (const it of [b, c, d]) it?.trySend(1);
      c?.trySend(2);
      void named("late", () => c?.send(3));
      other.stop();
      other.stop();
      const all = record();
      named("me", () => {
        // The first event is a send, a receive, and a sender that goes on.
        b?.trySend(2);
        d?.tryRecv();
        d?.trySend(3);
        for (const it of channels) while (it.tryRecv() !== undefined) continue;
        a.trySend(1);
        a.tryRecv();
      });
      all.stop();
      expect(all.events.map(({ on, kind, from }) => [on.slice(6, -1), kind, from])).toEqual([
        ["c1", "send", undefined],
        ["c3", "receive", undefined],
        ["c3", "send", undefined],
        ["c1", "receive", undefined],
        ["c1", "receive", 0],
        ["c2", "send", undefined],
        ["c2", "receive", undefined],
        ["c2", "receive", undefined],
        ["c2", "receive", 5],
        ["c3", "receive", 2],
        ["c0", "send", undefined],
        ["c0", "receive", 10],
      ]);
    });
    expect(lines.length).toBeGreaterThan(12);
  });

  it("knows which values a full buffer has discarded", async () => {
    const { lines } = await recorded(({ Chan, named }) => {
      for (const overflow of ["dropOldest", "dropNewest"] as const) {
        const jobs = new Chan<number>(2, { name: overflow, overflow });
        named("me", () => {
          for (let i = 0; i < 3; i++) jobs.trySend(i);
          jobs.tryRecv();
          jobs.tryRecv();
        });
      }
    });
    expect(lines).toEqual([
      "me send dropOldest",
      "me send dropOldest",
      "me send dropOldest",
      "me receive dropOldest <- 1",
      "me receive dropOldest <- 2",
      "me send dropNewest",
      "me send dropNewest",
      "me receive dropNewest <- 5",
      "me receive dropNewest <- 6",
    ]);
  });

  it("does not guess which value is which once a link has put one in, or has put one back", async () => {
    const { lines } = await recorded(({ Chan, ChanPort, named }) => {
      const jobs = new Chan<number>(9, { name: "jobs" });
      const port = new ChanPort(jobs);
      named("me", () => {
        jobs.trySend(0);
        jobs.trySend(1);
        port.receive({ done: jest.fn(), failed: jest.fn() });
        port.putBack([0]);
        jobs.tryRecv();
        port.expect(1);
        port.append(2);
        jobs.trySend(3);
        for (let i = 0; i < 3; i++) jobs.tryRecv();
        jobs.trySend(4);
        jobs.tryRecv();
      });
    });
    expect(lines).toEqual([
      "me send jobs",
      "me send jobs",
      "me receive jobs <- 0",
      "me receive jobs",
      "me send jobs",
      "me receive jobs",
      "me receive jobs",
      "me receive jobs <- 4",
      "me send jobs",
      "me receive jobs <- 8",
    ]);
  });

  it("has closes, and no receive of what there is no more", async () => {
    const { lines } = await recorded(({ Chan, named, select }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      void named("work", () => jobs.recv());
      void named("pick", () => select({ job: jobs }));
      named("feed", () => {
        jobs.close();
      });
      jobs.tryRecv();
    });
    expect(lines).toEqual(["feed close jobs", "pick select jobs job"]);
  });

  it("has selects, by the case that they have chosen, whether they had to wait or not", async () => {
    const { lines } = await recorded(async ({ Chan, named, select, send, trySelect }) => {
      const jobs = new Chan<number>(1, { name: "jobs" });
      const out = new Chan<number>(0, { name: "out" });
      named("now", () => trySelect({ put: send(jobs, 1) }));
      await named("now", () => select({ get: jobs }));
      void named("late", () => select({ get: jobs, put: send(out, 1) }));
      named("other", () => jobs.trySend(2));
      void named("late", () => select([jobs, send(out, 1)]));
      named("other", () => out.tryRecv());
    });
    expect(lines).toEqual([
      "now send jobs",
      "now select jobs put",
      "now receive jobs <- 0",
      "now select jobs get",
      "other send jobs",
      "late receive jobs <- 4",
      "late select jobs get",
      "late send out",
      "late select out 1",
      "other receive out <- 7",
    ]);
  });

  it("knows no order of channels of other kinds, and nothing of what waits for groups", async () => {
    const { lines } = await recorded(async ({ CustomChan, named, Semaphore, WaitGroup }) => {
      class Stack extends CustomChan<number> {
        readonly cap = Infinity;
        readonly name = "stack";
        readonly #values: number[] = [];
        get len(): number {
          return this.#values.length;
        }
        protected poll() {
          const value = this.#values.pop();
          return value === undefined ? undefined : ({ ok: true, value, done: false } as const);
        }
        protected offer(value: number): boolean {
          return this.#values.push(value) > 0;
        }
      }
      const stack = new Stack();
      void named("late", () => stack.recv());
      named("me", () => {
        stack.trySend(1);
        stack.trySend(2);
        stack.tryRecv();
      });
      const group = new WaitGroup();
      group.add();
      void group.wait();
      group.done();
      const semaphore = new Semaphore(1);
      const permit = await semaphore.acquire();
      void semaphore.acquire();
      permit.release();
    });
    expect(lines).toEqual([
      "me send Stack stack",
      "late receive Stack stack",
      "me send Stack stack",
      "me receive Stack stack",
    ]);
  });

  it("bears an odd signal that uses a channel in the middle of a hand-over", async () => {
    const { lines } = await recorded(({ Chan, named }) => {
      const [jobs, other] = [new Chan<number>(0, { name: "jobs" }), new Chan(1, { name: "other" })];
      const { signal } = new AbortController();
      signal.removeEventListener = () => named("odd", () => other.trySend(1));
      void named("work", () => jobs.recv({ signal }));
      named("feed", () => jobs.trySend(1));
    });
    expect(lines).toEqual(["work receive jobs", "odd send other", "feed send jobs"]);
  });

  it("numbers channels without a name", async () => {
    const { lines } = await recorded(({ after, Chan, named }) => {
      const [a, b] = [new Chan<number>(2), new Chan<number>(2)];
      named("me", () => [a.trySend(1), b.trySend(1), a.trySend(2), after(0).tryRecv()]);
    });
    expect(lines).toEqual(["me send #1", "me send #2", "me send #1", "me receive After"]);
  });

  it("bears a subclass that lies about its length", async () => {
    const { lines } = await recorded(({ Chan, named }) => {
      class Liar extends Chan<number> {
        override get len(): number {
          return -5;
        }
      }
      const jobs = new Liar(2, { name: "jobs" });
      jobs.trySend(1);
      named("me", () => jobs.tryRecv());
    });
    expect(lines.at(-1)).toBe("me receive Liar jobs");
  });

  it("names tasks without a name by the function that they are in", async () => {
    const { lines } = await recorded(async ({ Chan }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      async function feed(): Promise<void> {
        await jobs.send(1);
        await jobs.send(2);
      }
      async function work(): Promise<void> {
        await jobs.recv();
        await jobs.recv();
      }
      await Promise.all([feed(), work()]);
    });
    expect(new Set(lines.map((line) => line.split(" ").slice(0, 2).join(" ")))).toEqual(
      new Set(["feed send", "work receive"]),
    );
    expect(lines).toHaveLength(4);
  });

  it("ends with its stop, and several may run at a time", async () => {
    await inHost(new FakeHost(), ({ Chan, record }) => {
      const jobs = new Chan<number>(9);
      const [a, b] = [record(), record()];
      jobs.trySend(1);
      a.stop();
      a.stop();
      jobs.trySend(2);
      b.stop();
      jobs.trySend(3);
      expect([a.events.length, b.events.length]).toEqual([1, 2]);
    });
  });

  it("keeps the newest events, up to its limit, with what they say of others", async () => {
    const { lines, recording } = await recorded(({ Chan, named }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      named("me", () => {
        for (let i = 0; i < 10; i++) {
          void jobs.send(i);
          jobs.tryRecv();
        }
      });
    }, 3);
    expect(lines).toEqual(["me receive jobs <- 16", "me send jobs", "me receive jobs <- 18"]);
    expect(recording.events.map(({ id }) => id)).toEqual([17, 18, 19]);
  });

  it.each([0, -1, 1.5, NaN, "3"])("has no limit of %p", async (limit) => {
    await inHost(new FakeHost(), ({ record }) => {
      expect(() => record({ limit: limit as number })).toThrow(RangeError);
    });
  });

  it("goes by the clock of the timers, which a test may fake in the middle", async () => {
    const { recording } = await recorded(({ Chan }) => {
      const jobs = new Chan<number>(9);
      jobs.trySend(1);
      jest.useFakeTimers({ now: 5_000_000 });
      jobs.trySend(2);
      jest.advanceTimersByTime(1000);
      jobs.trySend(3);
      jest.useRealTimers();
    });
    expect(recording.events.slice(1).map(({ time }) => time)).toEqual([5_000_000, 5_001_000]);
  });

  it("gives its pictures", async () => {
    const { recording } = await recorded(({ Chan }) => {
      new Chan<number>(1, { name: "jobs" }).trySend(1);
    });
    expect(recording.toChromeTrace()).toContain('send Chan \\"jobs\\"');
    expect(recording.toMermaid()).toContain('send Chan "jobs"');
    expect(recording.toSvg()).toContain("send Chan &#34;jobs&#34;");
  });
});
