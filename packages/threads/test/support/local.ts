// A worker whose thread is in this process: the real loop, the real ports. Killed, it hears and says no
// more; what its tasks still do has no effect.

import { EventEmitter } from "node:events";

import { Threads, type ThreadsOptions } from "../../src/index.js";
import { type Entry, TaskLoop } from "../../src/thread/task-loop.js";
import type { Hello } from "../../src/wire/protocol.js";
import type { Task } from "../../src/wire/types.js";
import type { AnyTasks } from "./real.js";

const { setImmediate } = globalThis;

class LocalThread extends EventEmitter {
  readonly #registry: Map<string, Entry>;
  #hello: Hello | undefined;

  constructor(tasks: Readonly<Record<string, Task>>) {
    super();
    this.#registry = new Map(
      Object.entries(tasks).map(([name, run]) => [name, { run, self: tasks, isSlow: true }]),
    );
  }

  postMessage(message: unknown): void {
    this.#hello = message as Hello;
    new TaskLoop(this.#hello, this.#registry);
  }

  terminate(): void {
    this.#hello?.port.close();
    setImmediate(() => this.emit("exit", 1));
  }

  /** Ends by itself. */
  exit(): void {
    this.#hello?.port.close();
    this.emit("exit", 7);
  }
}

const open = new Set<Threads<AnyTasks>>();

/** Threads in this process, and those that were started. */
export function localThreads(
  tasks: Readonly<Record<string, Task>>,
  options: ThreadsOptions,
): { threads: Threads<AnyTasks>; all: { exit(): void }[] } {
  const all: LocalThread[] = [];
  const threads = new Threads<AnyTasks>(() => {
    const thread = new LocalThread(tasks);
    all.push(thread);
    return thread;
  }, options);
  open.add(threads);
  return { threads, all };
}

/** To be called after each test. */
export async function endLocal(): Promise<void> {
  const ended = [...open].map((threads) => threads.terminate());
  open.clear();
  await Promise.all(ended);
}
