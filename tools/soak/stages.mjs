// What happens to a message between the channel from which a task takes it and the one to which it
// passes it on.

import { strict as assert } from "node:assert";

import { Chan, Group, Limiter, Mutex, Semaphore } from "../../packages/channel/dist/esm/index.js";
import { WorkerPool } from "../../packages/pool/dist/esm/index.js";
import { Threads } from "../../packages/threads/dist/esm/index.js";

/** Checks the law of counters. */
function checkCounters({ stats }) {
  const { accepted, waiting, inProgress, finished, retrieved, skipped } = stats;
  assert.equal(accepted, waiting + inProgress + finished + retrieved + skipped);
}

/** What the tasks of a stage share, and how each treats a message. */
export const treatments = {
  direct: () => ({ treat: (message) => message, end: () => undefined }),

  locked: () => {
    const mutex = new Mutex();
    let inside = 0;
    return {
      async treat(message, { chaos, tally }) {
        const permit = await chaos.untilDone(tally, (signal) => mutex.lock({ signal }));
        assert.equal(++inside, 1);
        await undefined;
        inside--;
        permit.release();
        return message;
      },
      end: () => {
        assert(!mutex.locked);
      },
    };
  },

  limited: (random) => {
    const semaphore = new Semaphore(3);
    let held = 0;
    return {
      async treat(message, { chaos, tally }) {
        const n = random.between(1, 3);
        const permit = await chaos.untilDone(tally, (signal) => semaphore.acquire(n, { signal }));
        assert((held += n) <= 3);
        await undefined;
        held -= n;
        permit.release();
        return message;
      },
      end: () => {
        assert.equal(semaphore.available, 3);
      },
    };
  },

  paced: (random) => {
    const limiter = new Limiter({ limit: 20_000, interval: 100, burst: random.between(2, 1000) });
    return {
      async treat(message, { chaos, tally }) {
        const n = random.between(1, 2);
        if (!limiter.allow(n)) {
          await chaos.untilDone(tally, (signal) => limiter.wait(n, { signal }));
        }
        return message;
      },
      end: () => undefined,
    };
  },

  grouped: () => ({
    async treat(message) {
      const group = new Group({ limit: 2 });
      let sum = 0;
      for (const part of [message.source, message.number, 0]) {
        void group.go(async () => {
          await undefined;
          sum += part;
        });
      }
      await group.wait();
      assert.equal(sum, message.source + message.number);
      return message;
    },
    end: () => undefined,
  }),

  submitted: (random) => {
    const pool = new WorkerPool({ workers: random.between(1, 4), queueSize: random.below(5) });
    return {
      async treat(message, { chaos, tally }) {
        checkCounters(pool);
        if (random.onceIn(1000)) pool.resize(random.between(1, 4));
        tally.jobs++;
        return chaos.untilDone(tally, (signal) => {
          const run = () => message;
          const submitted = random.onceIn(2) ? pool.trySubmit(run, { signal }) : undefined;
          return submitted ?? pool.submit(run, { signal });
        });
      },
      async end() {
        await pool.close();
        checkCounters(pool);
        assert.equal(pool.state, "terminated");
      },
    };
  },

  /** Functions that fail or hang at first, are tried again, overtake others, and are paused now and then. */
  tried: (random) => {
    const pool = new WorkerPool({
      workers: random.between(1, 4),
      queueSize: random.below(5),
      timeout: 1000,
      retry: { times: 3, delay: (failures) => (failures === 1 ? 0 : random.below(3)) },
      ageing: random.of([10, Infinity]),
    });
    return {
      async treat(message, { chaos, tally }) {
        checkCounters(pool);
        if (random.onceIn(500)) {
          pool.pause();
          setTimeout(() => pool.resume(), random.below(3));
        }
        tally.jobs++;
        const failures = random.of([0, 0, 0, 1, 2]);
        const hangs = random.onceIn(200);
        const run = ({ attempt, signal }) => {
          if (attempt > failures) return message;
          if (!hangs) throw new Error("at first");
          return new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        };
        const options = { priority: random.below(3), ...(hangs && { timeout: 2 }) };
        return chaos.untilDone(tally, (signal) => pool.submit(run, { ...options, signal }));
      },
      async end() {
        await pool.idle();
        await pool.close();
        checkCounters(pool);
        assert.equal(pool.state, "terminated");
      },
    };
  },

  /** Each message goes through a map of its own; all maps share the pool, and are left at different times. */
  mapped: (random) => {
    const pool = new WorkerPool({ workers: random.between(1, 4), queueSize: random.below(5) });
    return {
      async treat(message, { tally }) {
        checkCounters(pool);
        tally.jobs++;
        const ordered = random.onceIn(2);
        const source = [message, 1, 2, 3];
        const leavesAt = random.between(1, 6);
        const seen = [];
        for await (const value of pool.map(source, async (it) => it, { ordered })) {
          seen.push(value);
          if (seen.includes(message) && seen.length >= leavesAt) break;
        }
        if (ordered) assert.deepEqual(seen, source.slice(0, seen.length));
        assert.ok(seen.includes(message));
        return message;
      },
      async end() {
        await pool.idle();
        await pool.close();
        checkCounters(pool);
        assert.equal(pool.state, "terminated");
      },
    };
  },

  queued: (random) => {
    const pool = new WorkerPool({
      workers: random.between(1, 4),
      queueSize: random.below(5),
      finishedSize: random.of([2, 10, Infinity]),
    });
    return {
      async treat(message, { chaos, tally }) {
        checkCounters(pool);
        tally.jobs++;
        await chaos.untilDone(tally, (signal) => pool.queue({ message, run() {} }, { signal }));
        // Another task's, perhaps: as many come out as go in.
        const { job } = await chaos.untilDone(tally, (signal) => pool.retrieve({ signal }));
        return job.message;
      },
      async end() {
        const { skipped, unread } = await pool.shutdown();
        checkCounters(pool);
        assert.deepEqual([skipped, unread], [[], []]);
      },
    };
  },

  /** Through threads, which end now and then: what was begun by then is done again. */
  threaded: (random) => {
    const grace = random.of([100, Infinity]);
    const threads = new Threads(new URL("./thread-tasks.mjs", import.meta.url), {
      size: random.between(1, 2),
      grace,
    });
    let made = 0;
    const run = async (name, input, options) => {
      made++;
      return threads.run(name, input, options);
    };
    /** Over two channels of its own: what a thread takes with it is sent again. */
    const relay = async (message) => {
      const [input, output] = [new Chan(random.below(2)), new Chan(1)];
      const sent = input.send(message);
      await run("relay", 0, { channels: { input, output } });
      await sent;
      return output.tryRecv().value;
    };
    /** Ends a thread: by itself, by an error, or because it does not heed its abort. */
    const kill = async (tally) => {
      const how = random.of(
        grace === Infinity ? ["exit", "throwLater"] : ["exit", "throwLater", "spin"],
      );
      const controller = new AbortController();
      const { signal } = controller;
      const killing = run(how, undefined, { signal, worker: random.below(2) });
      if (how === "spin") setTimeout(() => controller.abort(new Error("killed")), random.below(10));
      tally.kills++;
      await assert.rejects(killing, (error) => {
        return error.code === "ERR_THREAD_EXIT" || error.message === "killed";
      });
    };
    const kills = new Group();
    return {
      async treat(message, { chaos, tally }) {
        if (random.onceIn(500)) void kills.go(() => kill(tally));
        for (;;) {
          tally.calls++;
          try {
            const name = random.of(["echo", "later"]);
            const there = random.onceIn(4)
              ? chaos.untilDone(tally, (signal) => run(name, message, { signal }))
              : random.onceIn(4)
                ? relay(message)
                : run(name, message, random.onceIn(4) ? { worker: random.below(3) } : {});
            assert.deepEqual(await there, message);
            return message;
          } catch (error) {
            if (error.code !== "ERR_THREAD_EXIT") throw error;
          }
        }
      },
      async end() {
        await kills.wait();
        await threads.close();
        const { running, waiting, completed } = threads.stats;
        assert.deepEqual([running, waiting, completed], [0, 0, made]);
      },
    };
  },
};
