// Real threads, which load a file of ../tasks from a copy of the workspace that is compiled.

import { pathToFileURL } from "node:url";
import { join } from "node:path";

import { compiledWorkspace } from "../../../../tools/testing/workspace.js";
import { Threads, type ThreadsOptions } from "../../src/index.js";

/** What is known of the tasks of the tests: nothing, they are JavaScript. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the tests know what they do
export type AnyTasks = Record<string, (input?: any) => any>;

const open = new Set<Threads<AnyTasks>>();

/** The file of that name. */
export async function taskFile(name = "tasks.mjs"): Promise<URL> {
  return pathToFileURL(join(await compiledWorkspace(), "packages/threads/test/tasks", name));
}

/** Threads, which are terminated after the test. */
export async function realThreads(
  options: ThreadsOptions = { size: 1 },
  name?: string,
): Promise<Threads<AnyTasks>> {
  const threads = new Threads<AnyTasks>(await taskFile(name), options);
  open.add(threads);
  return threads;
}

/** To be called after each test. */
export async function terminateAll(): Promise<void> {
  const all = [...open];
  open.clear();
  await Promise.all(all.map((threads) => threads.terminate()));
}

/** Three words of shared memory, for a task that holds: see `hold` in ../tasks. */
export class Words {
  readonly buffer = new SharedArrayBuffer(12);
  readonly #cells = new Int32Array(this.buffer);

  get begun(): number {
    return Atomics.load(this.#cells, 0);
  }

  get seen(): number {
    return Atomics.load(this.#cells, 1);
  }

  get ended(): number {
    return Atomics.load(this.#cells, 2);
  }

  /** Lets those that hold go on. */
  go(): void {
    Atomics.store(this.#cells, 1, 1);
    Atomics.notify(this.#cells, 1);
  }
}

const { setTimeout } = globalThis;

/**
 * Looks again and again until something is so: a moment apart, since what looks without end takes the machine from
 * the thread that is awaited. A test that waits for ever fails by its time limit.
 */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 1));
}
