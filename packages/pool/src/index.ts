/**
 * A worker pool made of channels: jobs go in with back-pressure, finished jobs come out.
 *
 * @packageDocumentation
 * @module @chankit/pool
 */

export { JobSkippedError, PoolClosedError } from "./errors.js";
export type { Finished, Job, JobContext } from "./job.js";
export type { JobOptions, RetryPolicy } from "./job-options.js";
export type { PoolState } from "./lifecycle.js";
export type { MapOptions } from "./map.js";
export type { WorkerPoolOptions } from "./options.js";
export { WorkerPool } from "./pool.js";
export type { PoolStats } from "./stats.js";
export type { WorkerInfo } from "./worker.js";
