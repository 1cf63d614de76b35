// The declarations speak of `AsyncDisposable`, which few projects have switched on yet.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The worker pool of chankit over many machines: its queue, its bounds and its results are kept by a NATS
 * server with JetStream, its workers run in any number of processes.
 *
 * @packageDocumentation
 * @module @chankit/nats
 */

export { Crew, type CrewOptions, serve } from "./crew/serve.js";
export { ConnectionClosedError, PoolTimeoutError } from "./errors.js";
export type { DistributedPoolOptions } from "./options.js";
export type { QueueOptions } from "./pool/job.js";
export { DistributedPool, type ShutDown } from "./pool/pool.js";
export type {
  AnyTasks,
  FinishedTask,
  InputOf,
  OutputOf,
  SkippedTask,
  TaskContext,
  TaskName,
} from "./types.js";
