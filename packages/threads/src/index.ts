/**
 * CPU-bound work on threads: functions of a file of their own are called by name, and run on all cores.
 *
 * @packageDocumentation
 * @module @chankit/threads
 */

export { ThreadExitError, ThreadsClosedError } from "./wire/errors.js";
export type { WorkerLike } from "./host/host.js";
export type { ThreadsStats } from "./main/dispatcher.js";
export type { ThreadsOptions } from "./options.js";
export { serve } from "./thread/serve.js";
export { transfer } from "./thread/transfer.js";
export { type RunOptions, Threads } from "./threads.js";
export type {
  Task,
  TaskContext,
  TaskInput,
  TaskOutput,
  Tasks,
  TasksWithoutInput,
} from "./wire/types.js";
