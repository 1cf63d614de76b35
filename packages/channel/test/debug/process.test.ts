// When a process is told: at its end, of what was lost, and when it is asked.

import { describe, expect, it } from "@jest/globals";

import { FakeHost, inHost, type Sighted } from "../support/fake-host.js";
import { isGarbage } from "../support/memory.js";
import { settle } from "../support/settle.js";

/** What is written by the end of a process in which `act` has waited in vain, unless it has prevented that. */
async function stderrOf(
  act: (copy: Sighted, host: FakeHost) => unknown,
  host: FakeHost = new FakeHost(),
): Promise<string> {
  await inHost(host, async (copy) => {
    void new copy.Chan(0, { name: "jobs" }).recv();
    await act(copy, host);
    await host.end();
  });
  return host.stderr;
}

const deadlock = /^fatal error/;

describe("V1: the end of a process", () => {
  it("is a deadlock, with exit code 2, also where Node would give 13", async () => {
    const host = new FakeHost();
    await stderrOf(() => {
      // What Node does for a top-level await that is pending.
      host.on("exit", () => (host.exitCode ??= 13));
    }, host);
    expect(host.stderr).toMatch(deadlock);
    expect(host.exitCode).toBe(2);
  });

  it("is a deadlock if Node has set its 13 already", async () => {
    const host = new FakeHost();
    await inHost(host, async ({ Chan }) => {
      void new Chan().recv();
      host.prependListener("exit", () => (host.exitCode ??= 13));
      expect(await host.end()).toBe(2);
    });
  });

  it.each([
    [5, 5],
    ["7", "7"],
    [0, 2],
    ["0", 2],
  ])("leaves an exit code of the program: %p gives %p", async (given, code) => {
    const host = new FakeHost();
    expect(await stderrOf(() => (host.exitCode = given), host)).toMatch(deadlock);
    expect(host.exitCode).toBe(code);
  });

  it("is none while another listener of beforeExit adds work that wakes all", async () => {
    const host = new FakeHost();
    await inHost(host, async ({ Chan }) => {
      const jobs = new Chan();
      void jobs.recv();
      host.once("beforeExit", () => setImmediate(() => jobs.close()));
      expect(await host.end()).toBe(0);
    });
    expect(host.stderr).toBe("");
  });

  it("tells what waits then, if that work has ended in another wait; once", async () => {
    const host = new FakeHost();
    await inHost(host, async ({ Chan }) => {
      const jobs = new Chan(0, { name: "first" });
      void jobs.recv().then(() => new Chan(0, { name: "second" }).recv());
      host.once("beforeExit", () => {
        jobs.close();
      });
      host.emit("beforeExit");
      await host.end();
    });
    expect(host.stderr).toContain("second");
    expect(host.stderr).not.toContain("first");
    expect(host.stderr.match(/fatal error/g)).toHaveLength(1);
  });

  it("is decided before other listeners of exit change anything", async () => {
    const stderr = await stderrOf(({ Chan }, host) => {
      const jobs = new Chan(0, { name: "closed late" });
      void jobs.recv();
      host.prependListener("exit", () => {
        jobs.close();
      });
    });
    expect(stderr).toContain("closed late");
  });

  it("is no deadlock after process.exit, nor after an uncaught error", async () => {
    const ends: ((host: FakeHost) => unknown)[] = [
      (host) => host.emit("exit", 0),
      async (host) => {
        host.emit("beforeExit");
        await Promise.resolve();
        const exit = (): unknown => host.emit("exit", 0);
        exit();
      },
      async (host) => {
        host.emit("beforeExit");
        await Promise.resolve();
        host.emit("uncaughtExceptionMonitor", new Error());
        host.emit("exit", 1);
      },
    ];
    for (const end of ends) {
      const host = new FakeHost();
      await inHost(host, async ({ Chan }) => {
        void new Chan().recv();
        await end(host);
      });
      expect(host.stderr).toBe("");
    }
  });

  it("is none once a main has ended, even if another one has not", async () => {
    const stderr = await stderrOf(({ main }) => {
      void main(() => new Promise(() => undefined));
      void main(async () => undefined);
      void main(() => new Promise(() => undefined));
    });
    expect(stderr).toBe("");
  });

  it("is one while all mains wait, whatever their promises are made to look like", async () => {
    class Odd extends Promise<unknown> {
      readonly looks = "{ 5";
    }
    expect(await stderrOf(({ main }) => void main(() => new Odd(() => undefined)))).toMatch(
      deadlock,
    );
    expect(await stderrOf(({ main }) => void main(() => Odd.resolve("{ <pending>")))).toBe("");
  });

  it("is one where the host cannot tell whether a promise has settled", async () => {
    const host = new FakeHost();
    host.missing.push("node:util");
    expect(await stderrOf(({ main }) => void main(async () => undefined), host)).toMatch(deadlock);
  });

  it("is one after an uncaught error that the program has handled", async () => {
    expect(await stderrOf((_, host) => host.emit("uncaughtExceptionMonitor"))).toMatch(deadlock);
  });

  it("tells no daemons beside", async () => {
    const stderr = await stderrOf(({ Chan }) => {
      void new Chan(0, { name: "d", ref: false }).recv();
    });
    expect(stderr).not.toContain('"d"');
  });
});

describe("V1: how it is told", () => {
  it("as JSON, if the environment says so", async () => {
    const host = new FakeHost();
    host.env = { CHANKIT_REPORT: "json" };
    const { chankit, waiting } = JSON.parse(await stderrOf(() => undefined, host)) as {
      chankit: string;
      waiting: { on: string }[];
    };
    expect([chankit, waiting[0]?.on]).toEqual(["deadlock", 'Chan "jobs"']);
  });

  it.each([
    [true, {}, true],
    [true, { NO_COLOR: "1" }, false],
    [false, {}, false],
    [false, { FORCE_COLOR: "1" }, true],
    [true, { FORCE_COLOR: "0" }, false],
  ])("on a terminal: %p, with %j, in colours: %p", async (isTerminal, env, isColoured) => {
    const host = new FakeHost();
    Object.assign(host, { isTerminal, env });
    const stderr = await stderrOf(() => undefined, host);
    expect(stderr.startsWith("\u001b[31m")).toBe(isColoured);
  });

  it("wholly, where a pipe takes only a part at a time, or is full for a while", async () => {
    const expected = (await stderrOf(() => undefined)).split("\n")[0];
    const host = new FakeHost();
    const full = () => {
      throw Object.assign(new Error(), { code: "EAGAIN" });
    };
    host.writes.push(
      () => 5,
      full,
      full,
      () => 1,
    );
    expect((await stderrOf(() => undefined, host)).split("\n")[0]).toBe(expected);
  });

  it("not where the other end is closed", async () => {
    const host = new FakeHost();
    host.writes.push(() => {
      throw Object.assign(new Error(), { code: "EPIPE" });
    });
    expect(await stderrOf(() => undefined, host)).toBe("");
    expect(host.exitCode).toBe(2);
  });

  it("by the console, where there is no file to write to; tasks have no names there", async () => {
    const host = new FakeHost();
    host.missing.push("node:fs", "node:tty", "node:async_hooks");
    const { error } = console;
    let told = "";
    console.error = (text: string) => (told += text);
    try {
      await stderrOf(({ Chan, named }) => {
        void named("lost", () => new Chan().recv());
      }, host);
    } finally {
      console.error = error;
      // What is told later, when it is garbage, goes to the host.
      host.missing.length = 0;
    }
    expect(told).toMatch(deadlock);
    expect(told).toContain("task 2 [receive]");
  });
});

describe("V2: an operation that became garbage while it waited", () => {
  /** Does `act`, and lets go of all that it made; until another one is told that was lost as well. */
  async function lose(
    copy: Sighted,
    host: FakeHost,
    act: (copy: Sighted) => unknown,
  ): Promise<void> {
    act(copy);
    void copy.named("control", () => new copy.Chan().recv());
    for (let round = 0; round < 500 && !host.stderr.includes("control"); round++) {
      await isGarbage(new WeakRef({}));
      await settle();
    }
  }

  /** Does `act` where the test says what is garbage. */
  async function withRegistry(act: (tellGarbage: () => void) => Promise<void>): Promise<void> {
    let onGarbage: ((wait: unknown) => void) | undefined;
    const held: unknown[] = [];
    const { FinalizationRegistry: Original } = globalThis;
    class Registry {
      constructor(callback: (wait: unknown) => void) {
        onGarbage ??= callback;
      }
      register = (_: object, wait: unknown) => held.push(wait);
      unregister = () => undefined;
    }
    globalThis.FinalizationRegistry = Registry as never;
    try {
      await act(() => {
        held.forEach((wait) => onGarbage?.(wait));
      });
    } finally {
      globalThis.FinalizationRegistry = Original;
    }
  }

  it("is told at the next turn, once, with its place; the exit code stays", async () => {
    const host = new FakeHost();
    await inHost(host, async (copy) => {
      await lose(copy, host, ({ Chan, named, select, main }) => {
        void named("lost", () => new Chan(3, { name: "gone" }).recv());
        void select([new Chan(0, { name: "a" }), new Chan(0, { name: "b" })]);
        void main(() => new Promise(() => undefined));
      });
      expect(host.exitCode).toBeUndefined();
      expect(host.stderr).toMatch(/^leak: 3 operations wait that nothing can end/);
      expect(host.stderr).toMatch(/task "lost" \[receive\]:\n {2}Chan "gone", for/);
      expect(host.stderr).toMatch(/\[select\]:\n {2}Chan "a", Chan "b", for/);
      expect(host.stderr).toMatch(/at .*process\.test\.ts:\d+/);
      host.stderr = "";
      await lose(copy, host, () => undefined);
      expect(host.stderr).not.toMatch(/gone/);
      // It counts for the verdict at the end, whether the collector has run or not.
      expect(await host.end()).toBe(2);
      expect(host.stderr).toMatch(/deadlock![^]*"gone"/);
    });
  });

  it("is told at the end, if there is no next turn", async () => {
    const host = new FakeHost();
    await withRegistry((tellGarbage) =>
      inHost(host, ({ Chan }) => {
        const jobs = new Chan(0, { name: "gone" });
        const over = new Chan(0, { name: "over" });
        void jobs.recv();
        void over.recv();
        over.close();
        tellGarbage();
        expect(host.stderr).toBe("");
        host.emit("exit", 0);
      }),
    );
    expect(host.stderr).toMatch(/^leak: an operation waits[^]*"gone"/);
    expect(host.stderr).not.toContain("over");
  });

  it("is not told again at the end, if that is a deadlock", async () => {
    const host = new FakeHost();
    await withRegistry((tellGarbage) =>
      inHost(host, async ({ Chan }) => {
        void new Chan(0, { name: "gone" }).recv();
        await settle();
        host.emit("beforeExit");
        await Promise.resolve();
        tellGarbage();
        host.emit("exit", 0);
      }),
    );
    expect(host.stderr).toMatch(/^fatal error/);
    expect(host.stderr).not.toContain("leak");
  });

  it("is told by the console of a browser", async () => {
    const { error } = console;
    let told = "";
    console.error = (text: string) => (told += text);
    try {
      await withRegistry((tellGarbage) =>
        inHost(undefined, async ({ Chan }) => {
          void new Chan(0, { name: "gone" }).recv();
          tellGarbage();
          await settle();
          await settle();
        }),
      );
    } finally {
      console.error = error;
    }
    expect(told).toMatch(/^leak: an operation waits[^]*"gone"/);
  });

  it("is not told once main has ended", async () => {
    const host = new FakeHost();
    await withRegistry((tellGarbage) =>
      inHost(host, ({ Chan, main }) => {
        main(() => undefined);
        void new Chan().recv();
        tellGarbage();
        host.emit("exit", 0);
      }),
    );
    expect(host.stderr).toBe("");
  });

  it("is not told if it is a daemon, a select without a case, or if a signal could end it", async () => {
    const host = new FakeHost();
    const { signal } = new AbortController();
    await inHost(host, async (copy) => {
      await lose(copy, host, ({ Chan, select }) => {
        void new Chan(0, { ref: false }).recv();
        void select({});
        void new Chan().recv({ signal });
        void select([], { signal });
      });
    });
    expect(host.stderr).toMatch(/^leak: an operation waits[^]*"control"/);
    expect(signal.aborted).toBe(false);
  });
});

describe("V3: SIGQUIT", () => {
  it("tells all that waits, daemons too, and the process goes on", async () => {
    const host = new FakeHost();
    await inHost(host, ({ Chan, named, select }) => {
      void named("reader", () => new Chan(0, { name: "jobs" }).recv());
      void new Chan(0, { name: "d", ref: false }).recv();
      void select({});
      host.emit("SIGQUIT");
    });
    expect(host.stderr).toMatch(/^3 operations wait\n\ntask "reader" \[receive\]:/);
    expect(host.stderr).toMatch(/\[receive, daemon\]:\n {2}Chan "d"/);
    // What is true of a deadlock only is not told.
    expect(host.stderr).not.toMatch(/no task is left/);
    expect(host.exitCode).toBeUndefined();
  });

  it("is not listened to in Deno, where that would keep the process from its end", async () => {
    const host = new FakeHost();
    Object.assign(globalThis, { Deno: {} });
    await inHost(host, () => undefined);
    Reflect.deleteProperty(globalThis, "Deno");
    expect(host.eventNames()).not.toContain("SIGQUIT");
  });

  it("need not be there", async () => {
    class Windows extends FakeHost {
      override on(event: string, listener: () => void): this {
        if (event === "SIGQUIT") throw new Error("no such signal");
        return super.on(event, listener);
      }
    }
    expect(await stderrOf(() => undefined, new Windows())).toMatch(deadlock);
  });
});
