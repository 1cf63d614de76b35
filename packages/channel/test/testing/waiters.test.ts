import { describe, expect, it } from "@jest/globals";

import {
  after,
  Chan,
  CustomChan,
  Group,
  Limiter,
  Mutex,
  type Received,
  select,
  Semaphore,
  send,
  WaitGroup,
} from "../../src/index.js";
import { show } from "../../src/util/inspect.js";
import { expectNoWaiters, settle, toHaveNoWaiters } from "../../src/testing/index.js";

class Never extends CustomChan<number> {
  override readonly cap = 0;
  override readonly len = 0;
  protected override poll(): Received<number> | undefined {
    return undefined;
  }
  protected override offer(): boolean {
    return false;
  }
}

expect.extend({ toHaveNoWaiters });

interface Assertion {
  toHaveNoWaiters(): void;
  readonly not: Assertion;
}

/** `expect`, with our matcher. */
function expectOf(thing: unknown): Assertion {
  return expect(thing) as unknown as Assertion;
}

function ignore(promise: Promise<unknown>): void {
  promise.catch(() => undefined);
}

/** Things, each with a wait for it that ends when `signal` is aborted, and how that is told. */
const WAITS: { who: string; wait: (signal: AbortSignal) => unknown }[] = [
  {
    who: "Chan #1 has receivers: 2",
    wait: (signal) => {
      const ch = new Chan();
      ignore(ch.recv({ signal }));
      ignore(select([ch], { signal }));
      return ch;
    },
  },
  {
    who: 'Chan #1 "jobs" has receivers: 1',
    wait: (signal) => {
      const ch = new Chan(0, { name: "jobs" });
      ignore(ch.recv({ signal }));
      return ch;
    },
  },
  {
    who: "Chan #1 has senders: 1",
    wait: (signal) => {
      const ch = new Chan<number>();
      ignore(select([send(ch, 1)], { signal }));
      return ch;
    },
  },
  {
    who: "Never #1 has receivers: 1, Never #1 has senders: 1",
    wait: (signal) => {
      const ch = new Never();
      ignore(ch.recv({ signal }));
      ignore(ch.send(1, { signal }));
      return ch;
    },
  },
  {
    who: "After #1 has receivers: 1",
    wait: (signal) => {
      const timeout = after(1e9);
      ignore(timeout.recv({ signal }));
      return timeout;
    },
  },
  {
    who: "WaitGroup #1 has waiters: 1",
    wait: (signal) => {
      const group = new WaitGroup();
      group.add();
      ignore(group.wait({ signal }));
      return group;
    },
  },
  {
    who: "Group #1 has waiters: 1, Group #1 has functions that wait: 1",
    wait: (signal) => {
      const group = new Group({ limit: 1, signal });
      const aborted = new Promise<void>((resolve) => {
        signal.addEventListener("abort", () => {
          resolve();
        });
      });
      void group.go(() => aborted);
      void group.go(() => undefined);
      ignore(group.wait());
      return group;
    },
  },
  {
    who: "Semaphore #1 has waiters: 1, Semaphore #1 has unsatisfiable: 1",
    wait: (signal) => {
      const semaphore = new Semaphore(2);
      semaphore.tryAcquire(2);
      ignore(semaphore.acquire(1, { signal }));
      ignore(semaphore.acquire(3, { signal }));
      return semaphore;
    },
  },
  {
    who: "Limiter #1 has waiters: 1",
    wait: (signal) => {
      const limiter = new Limiter({ limit: 1, ref: false });
      limiter.allow();
      ignore(limiter.wait(1, { signal }));
      return limiter;
    },
  },
  {
    who: "Mutex #1 has waiters: 1",
    wait: (signal) => {
      const mutex = new Mutex();
      mutex.tryLock();
      ignore(mutex.lock({ signal }));
      return mutex;
    },
  },
];

describe("expectNoWaiters and toHaveNoWaiters", () => {
  it.each(WAITS)("tell that $who", async ({ who, wait }) => {
    const abort = new AbortController();
    const thing = wait(abort.signal);
    const message = `expected that nobody waits, but ${who}`;

    expect(() => {
      expectNoWaiters(thing);
    }).toThrow(message);
    expect(() => {
      expectOf(thing).toHaveNoWaiters();
    }).toThrow(message);
    expectOf(thing).not.toHaveNoWaiters();

    abort.abort();
    await settle();
    expectNoWaiters(thing);
    expectOf(thing).toHaveNoWaiters();
    expect(() => {
      expectOf(thing).not.toHaveNoWaiters();
    }).toThrow("expected that somebody waits, but nobody does");
  });

  it("look at all things, and number them", () => {
    const waited = new Chan();
    const things = [new Chan(), waited, new WaitGroup()];
    void waited.recv();

    expect(() => {
      expectNoWaiters(...things);
    }).toThrow("but Chan #2 has receivers: 1");
    expect(() => {
      expectOf(things).toHaveNoWaiters();
    }).toThrow("but Chan #2 has receivers: 1");
  });

  it("a thing that nobody can wait for is a mistake", () => {
    for (const thing of [undefined, null, 1, "x", {}, Promise.resolve()]) {
      expect(() => {
        expectNoWaiters(thing);
      }).toThrow(new TypeError(`nobody can wait for this: ${show(thing)}`));
    }
    expect(() => {
      expectOf([new Chan(), {}]).toHaveNoWaiters();
    }).toThrow("nobody can wait for this: [object Object]");
    expect(() => {
      expectNoWaiters(new Proxy(new Chan(), {}));
    }).toThrow(
      new TypeError(
        "nobody can wait for this: [object Chan]: it looks like one, but two copies of the package " +
          "may be loaded, or a proxy is around it",
      ),
    );
  });
});
