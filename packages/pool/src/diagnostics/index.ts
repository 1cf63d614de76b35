/**
 * Publishes what pools do on `node:diagnostics_channel`, from the moment at which it is imported. While
 * nothing has subscribed a run costs a little; while it is not imported nothing.
 *
 * - the tracing channel `chankit:job` (`start`, `end`, `asyncStart`, `asyncEnd`, `error`) has a message a
 *   run: {@link JobMessage}. As for other tracing channels `end` comes when the run has returned,
 *   `asyncStart` and `asyncEnd` when its promise has settled; the message has the `result` or `error` then.
 *   A store that is bound to `start` is that of the run.
 * - the channel `chankit:pool` tells of pools: {@link PoolMessage}.
 *
 * It needs Node.js, Deno or Bun.
 *
 * @packageDocumentation
 * @module @chankit/pool/diagnostics
 */

import { cell, type JobRun, type PoolEvent } from "../util/sight.js";
import { channelsOf } from "./channels.js";

/** A message of `chankit:job`: the same object for all that is told of one run. */
export interface JobMessage {
  /** The `WorkerPool`. */
  readonly pool: object;
  /** Its name. */
  readonly name: string | undefined;
  /** The job; `undefined` for a submitted function. */
  readonly job: unknown;
  /** The number of the worker that runs it. */
  readonly worker: number;
  /** 1 for the first try. */
  readonly attempt: number;
  /** What it gave. */
  result?: unknown;
  /** What it failed with. */
  error?: unknown;
}

/** A message of `chankit:pool`. */
export interface PoolMessage {
  /** The `WorkerPool`. */
  readonly pool: object;
  /** The name of the pool. */
  readonly name: string | undefined;
  /** What was called, and had an effect; or that the pool has terminated, or was made. */
  readonly event: "open" | "close" | "stop" | "abort" | "shutdown" | "terminated" | "resize";
}

const { start, end, asyncStart, asyncEnd, error, pools } = channelsOf("chankit");
const messages = new WeakMap<JobRun, JobMessage>();
const others = cell.watch;

cell.watch = {
  tell(pool: object, event: PoolEvent) {
    others?.tell(pool, event);
    if (pools.hasSubscribers) {
      pools.publish({ pool, name: nameOf(pool), event } satisfies PoolMessage);
    }
  },

  run(job, run) {
    const inOthers = others === undefined ? run : () => others.run(job, run);
    const { pool, worker, attempt } = job;
    const message: JobMessage = { pool, name: nameOf(pool), job: job.job, worker, attempt };
    messages.set(job, message);
    return start.runStores(message, () => {
      try {
        return inOthers();
      } catch (reason) {
        message.error = reason;
        error.publish(message);
        throw reason;
      } finally {
        end.publish(message);
      }
    });
  },

  ended(job, failed, outcome, wasAsync) {
    others?.ended(job, failed, outcome, wasAsync);
    const message = messages.get(job);
    if (message === undefined || !wasAsync) return;
    if (failed) {
      message.error = outcome;
      error.publish(message);
    } else {
      message.result = outcome;
    }
    asyncStart.publish(message);
    asyncEnd.publish(message);
  },
};

function nameOf(pool: object): string | undefined {
  return (pool as { readonly name?: string | undefined }).name;
}
