// What a tasks file calls: it has tasks for main.

import { onExit, onHello } from "../host/host.js";
import type { Task, Tasks } from "../wire/types.js";
import { type Entry, TaskLoop } from "./task-loop.js";

/** All tasks of this thread. */
const registry = new Map<string, Entry>();

let isServing = false;

/**
 * Offers tasks to `Threads`: to be called at the top of the tasks file, which is loaded in every thread.
 * Where the file is imported by main, or in a thread of others, it does nothing. Gives the tasks
 * themselves, for their types and for tests.
 *
 * A task is called with the input, a copy of what `run` was given, and a {@link TaskContext}; `this`
 * is the object of all tasks. What it returns, or its promise gives, is copied to the caller, or moved if
 * it is marked by {@link transfer}; what it throws reaches the caller as it is.
 *
 * May be called several times: a thread has all tasks of all calls. Tasks may be methods of a class.
 *
 * @throws TypeError if one of the tasks is no function.
 *
 * @example
 * ```ts
 * const tasks = serve({
 *   count(limit: number, context: TaskContext) {
 *     let n = 0;
 *     while (n < limit && !context.aborted) n++;
 *     return n;
 *   },
 * });
 * ```
 */
export function serve<T extends Tasks<T>>(tasks: T): T {
  const entries = [...methodsOf(tasks), ...Object.entries<unknown>(tasks)];
  for (const [name, run] of entries) {
    if (typeof run !== "function")
      throw new TypeError(`task ${JSON.stringify(name)} is no function`);
  }
  for (const [name, run] of entries) {
    registry.set(name, { run: run as Task, self: tasks, isSlow: true });
  }
  if (!isServing) {
    isServing = true;
    onHello((hello) => {
      const loop = new TaskLoop(hello, registry);
      onExit(() => {
        loop.flush();
      });
    });
  }
  return tasks;
}

/** What an object of a class has of its class: `Object.entries` does not tell it. */
function methodsOf(tasks: object): readonly (readonly [string, unknown])[] {
  const methods: (readonly [string, unknown])[] = [];
  // The last prototype has what every object has.
  for (let it = prototypeOf(tasks), next; it !== null; it = next) {
    next = prototypeOf(it);
    if (next === null) break;
    const own = Object.entries(Object.getOwnPropertyDescriptors(it))
      .filter(([name, { value }]) => typeof value === "function" && name !== "constructor")
      .map(([name, { value }]) => [name, value as unknown] as const);
    methods.unshift(...own);
  }
  return methods;
}

function prototypeOf(it: object): object | null {
  return Object.getPrototypeOf(it) as object | null;
}
