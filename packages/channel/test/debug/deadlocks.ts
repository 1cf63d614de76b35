// The classic ways to hang, and those that only look like it. Each program is run in a copy of the package
// in this process, and as a process of its own; so it uses nothing but what it is given.

import type * as Channels from "../../src/index.js";

type C = typeof Channels;

/** A program, and what its report has to say; nothing of one that is healthy. */
export interface Program {
  readonly name: string;
  readonly run: (c: C) => unknown;
  readonly says?: readonly RegExp[];
}

export const deadlocks: readonly Program[] = [
  {
    name: "a receive without a sender",
    run: async ({ Chan }) => {
      await new Chan(0, { name: "jobs" }).recv();
    },
    says: [/\[receive\]:\n {2}Chan "jobs" \(cap 0, len 0\)/, /no task is left that could send/],
  },
  {
    name: "a send without a receiver",
    run: async ({ Chan }) => {
      await new Chan<number>(0, { name: "out" }).send(1);
    },
    says: [/\[send\]:\n {2}Chan "out" \(cap 0, len 0\)/, /no task is left that could receive/],
  },
  {
    name: "a buffer that is never drained",
    run: async ({ Chan, named }) => {
      const jobs = new Chan<number>(2, { name: "jobs" });
      await named("feed", async () => {
        for (let i = 0; i < 3; i++) await jobs.send(i);
      });
    },
    says: [/task "feed" \[send\]:\n {2}Chan "jobs" \(cap 2, len 2\)/],
  },
  {
    name: "a channel that is never closed",
    run: async ({ Chan, named }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      const reader = named("reader", async () => {
        let sum = 0;
        for await (const n of jobs) sum += n;
        return sum;
      });
      for (let i = 0; i < 3; i++) await jobs.send(i);
      await reader;
    },
    says: [/task "reader" \[receive\]/, /could send, or close it/],
  },
  {
    name: "two that wait for each other",
    run: async ({ Chan, named }) => {
      const a = new Chan<number>(0, { name: "a" });
      const b = new Chan<number>(0, { name: "b" });
      const one = named("one", async () => {
        await a.send(1);
        await b.recv();
      });
      const two = named("two", async () => {
        await b.send(1);
        await a.recv();
      });
      await Promise.all([one, two]);
    },
    says: [/task "one" \[send\]:\n {2}Chan "a"/, /task "two" \[send\]:\n {2}Chan "b"/],
  },
  {
    name: "a select none of whose cases can come",
    run: async ({ Chan, select, send }) => {
      const jobs = new Chan<number>(0, { name: "jobs" });
      const out = new Chan<number>(0, { name: "out" });
      await select({ job: jobs, out: send(out, 1), off: null });
    },
    says: [
      /\[select\]:\n {2}Chan "jobs", send to Chan "out" \(Chan "jobs": cap 0, len 0; Chan "out"/,
    ],
  },
  {
    name: "a select without a case",
    run: async ({ select }) => {
      await select({});
    },
    says: [/\[select\]:\n {2}no case/, /waits for ever/],
  },
  {
    name: "a channel with itself: an unbuffered send, then the receive",
    run: async ({ Chan, named }) => {
      const ch = new Chan<number>(0, { name: "self" });
      await named("me", async () => {
        await ch.send(1);
        await ch.recv();
      });
    },
    says: [/task "me" \[send\]:\n {2}Chan "self"/],
  },
  {
    name: "a mutex that is locked twice",
    run: async ({ Mutex }) => {
      const mutex = new Mutex();
      await mutex.lock();
      await mutex.lock();
    },
    says: [/\[acquire\]:\n {2}Mutex \(locked\)/, /could give back/],
  },
  {
    name: "mutexes that are locked in different orders",
    run: async ({ Mutex, named, Chan }) => {
      const [a, b] = [new Mutex(), new Mutex()];
      const met = new Chan<undefined>();
      const one = named("one", async () => {
        await a.lock();
        await met.recv();
        await b.lock();
      });
      const two = named("two", async () => {
        await b.lock();
        await met.send(undefined);
        await a.lock();
      });
      await Promise.all([one, two]);
    },
    says: [/task "one" \[acquire\]/, /task "two" \[acquire\]/],
  },
  {
    name: "permits that are not given back",
    run: async ({ Semaphore }) => {
      const semaphore = new Semaphore(2);
      await semaphore.acquire(2);
      await semaphore.acquire();
    },
    says: [/\[acquire\]:\n {2}Semaphore \(available 0\)/],
  },
  {
    name: "more permits than there are",
    run: async ({ Semaphore }) => {
      await new Semaphore(2).acquire(3);
    },
    says: [/Semaphore \(available 2\)/],
  },
  {
    name: "a wait group with one done too few",
    run: async ({ WaitGroup }) => {
      const group = new WaitGroup();
      group.add(2);
      group.done();
      await group.wait();
    },
    says: [/\[wait\]:\n {2}WaitGroup \(count 1\)/],
  },
  {
    name: "a group whose function never ends",
    run: async ({ Group, Chan }) => {
      const group = new Group();
      void group.go(() => new Chan(0, { name: "inner" }).recv());
      await group.wait();
    },
    says: [/Group, for/, /Chan "inner"/],
  },
  {
    name: "a function that waits for its turn in a full group",
    run: async ({ Group }) => {
      const group = new Group({ limit: 1 });
      await group.go(async () => {
        await group.go(() => undefined);
      });
      await group.wait();
    },
    says: [/Group/],
  },
  {
    name: "a ticker that was stopped",
    run: async ({ Ticker }) => {
      const ticker = new Ticker(5);
      ticker.stop();
      await ticker.recv();
    },
    says: [/\[receive\]:\n {2}Ticker/],
  },
  {
    name: "after(Infinity)",
    run: async ({ after }) => {
      await after(Infinity).recv();
    },
    says: [/After/],
  },
  {
    name: "a signal that nothing aborts",
    run: async ({ Chan }) => {
      await new Chan(0, { name: "jobs" }).recv({ signal: new AbortController().signal });
    },
    says: [/Chan "jobs"/],
  },
  {
    name: "a thousand tasks at one place",
    run: async ({ Chan }) => {
      const jobs = new Chan(0, { name: "jobs" });
      for (let i = 0; i < 1000; i++) void jobs.recv();
    },
    says: [/task 1 \[receive\], and 999 more at this place/],
  },
  {
    name: "main waits for a task that waits",
    run: async ({ Chan, main, named }) => {
      await main(() => named("child", () => new Chan(0, { name: "jobs" }).recv()));
    },
    says: [/task "child" \[receive\]/],
  },
];

export const healthy: readonly Program[] = [
  { name: "nothing", run: () => undefined },
  {
    name: "producer and consumer",
    run: async ({ Chan }) => {
      const jobs = new Chan<number>(1);
      const reader = (async () => {
        for await (const n of jobs) if (n < 0) throw new Error();
      })();
      for (let i = 0; i < 10; i++) await jobs.send(i);
      jobs.close();
      await reader;
    },
  },
  {
    name: "a select that loses to another case for ever",
    run: async ({ Chan, select }) => {
      const jobs = new Chan<number>();
      const done = new Chan<never>(0, { name: "done" });
      const reader = (async () => {
        for (let i = 0; i < 5; i++) await select({ job: jobs, quit: done });
      })();
      for (let i = 0; i < 5; i++) await jobs.send(i);
      await reader;
    },
  },
  {
    name: "a receive that was withdrawn",
    run: async ({ Chan }) => {
      const aborter = new AbortController();
      const waiting = new Chan().recv({ signal: aborter.signal }).catch(() => undefined);
      aborter.abort();
      await waiting;
    },
  },
  {
    name: "a select that was withdrawn",
    run: async ({ Chan, select }) => {
      const aborter = new AbortController();
      const waiting = select([new Chan(), new Chan()], { signal: aborter.signal }).catch(() => 0);
      aborter.abort();
      await waiting;
    },
  },
  {
    name: "a loop that was left",
    run: async ({ Chan }) => {
      const jobs = new Chan<number>(1);
      jobs.trySend(1);
      for await (const n of jobs) if (n === 1) break;
    },
  },
  {
    name: "a close that wakes all",
    run: async ({ Chan }) => {
      const jobs = new Chan<number>();
      const waiting = [jobs.recv(), jobs.recv()];
      jobs.close();
      await Promise.all(waiting);
    },
  },
  {
    name: "a group, a mutex, permits, tokens",
    run: async ({ Group, Limiter, Mutex, Semaphore }) => {
      const [group, mutex] = [new Group({ limit: 2 }), new Mutex()];
      const [semaphore, limiter] = [new Semaphore(2), new Limiter({ limit: 1e6, burst: 1 })];
      for (let i = 0; i < 5; i++) {
        void group.go(async () => {
          await limiter.wait();
          const permit = await mutex.lock();
          (await semaphore.acquire()).release();
          permit.release();
        });
      }
      await group.wait();
    },
  },
  {
    name: "daemons: a channel, timers, a limiter, a select with such a case",
    run: ({ after, Chan, Limiter, select, Ticker }) => {
      void new Chan(0, { ref: false }).recv();
      void new Chan<number>(0, { ref: false }).send(1);
      void after(60_000, { ref: false }).recv();
      void new Ticker(60_000, { ref: false }).recv();
      const limiter = new Limiter({ limit: 0.001, burst: 1, ref: false });
      limiter.allow();
      void limiter.wait();
      void select({ never: new Chan(), tick: new Chan(0, { ref: false }) });
    },
  },
  {
    name: "a main that has ended, whatever still waits",
    run: async ({ Chan, main }) => {
      await main(async () => {
        void new Chan().recv();
      });
    },
  },
  {
    name: "a main that has failed",
    run: async ({ Chan, main }) => {
      void new Chan().recv();
      const failure = (): Promise<never> => Promise.reject(new Error("failed"));
      await main(failure).catch(() => undefined);
    },
  },
  {
    name: "a main that is synchronous, and one that throws",
    run: ({ Chan, main }) => {
      void new Chan().recv();
      try {
        main(() => {
          throw new Error("failed");
        });
      } catch {
        main(() => undefined);
      }
    },
  },
];
