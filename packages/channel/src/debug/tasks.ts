// Which task it is that does something: the name that `named` gave to it, or the worker of a pool whose
// job it is. It follows a task through its awaits, where the host can do that (`AsyncLocalStorage`).

import { builtin } from "./host.js";

/** A task that has a name. */
export interface Task {
  readonly name: string;
  /** The pool of which it is a job, if it is one; and the run of that job. */
  readonly pool: object | undefined;
  readonly run: object | undefined;
}

const Store = builtin("async_hooks")?.AsyncLocalStorage;
const store = Store === undefined ? undefined : new Store<Task>();

/** The task that runs now; `undefined` if it has no name. */
export function currentTask(): Task | undefined {
  return store?.getStore();
}

/** Calls `fn` as `task`. */
export function runAs<T>(task: Task, fn: () => T): T {
  return store === undefined ? fn() : store.run(task, fn);
}

/** See `named` of the channel package: calls `fn` as the task `name`, of the same pool if it is part of a job. */
export function named<T>(name: string, fn: () => T): T {
  const { pool, run } = currentTask() ?? {};
  return runAs({ name, pool, run }, fn);
}
