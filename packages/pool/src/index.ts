/**
 * A worker pool made of channels: jobs go in with back-pressure, finished jobs come out.
 *
 * @packageDocumentation
 * @module @chankit/pool
 */

export { JobSkippedError, PoolClosedError } from "./job/errors.js";
export type { Finished, Job, JobContext } from "./job/job.js";
export type { JobOptions, RetryPolicy } from "./job/job-options.js";
export type { PoolState } from "./life/lifecycle.js";
export type { MapOptions } from "./map/map.js";
export type { WorkerPoolOptions } from "./life/options.js";
export { WorkerPool } from "./pool.js";
export type { PoolStats } from "./life/stats.js";
export type { WorkerInfo } from "./running/worker.js";
