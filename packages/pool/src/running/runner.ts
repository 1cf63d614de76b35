// Waits for the end of an asynchronous job. An async function would do, but it costs as much memory
// as all the rest of a submission. A runner waits for one job after the other with the same two
// functions, and there are as many as jobs have waited at the same time.

import type { Job } from "../job/job.js";
import type { Worker } from "./worker.js";

/** What is called when a job has ended. */
type OnEnd<J extends Job> = (worker: Worker<J>, failed: boolean, outcome: unknown) => void;

// eslint-disable-next-line @typescript-eslint/unbound-method -- called with its receiver, below
const { then } = Promise.prototype;

/** Waits for the ends of asynchronous jobs. */
export class Runners<J extends Job> {
  readonly #onEnd: OnEnd<J>;
  /** Linked by `next`: an array would shrink and grow with each job. */
  #idle: Runner<J> | undefined = undefined;

  constructor(onEnd: OnEnd<J>) {
    this.#onEnd = onEnd;
  }

  /** Calls `onEnd` when `promise`, of the job that `worker` runs, has settled. */
  await(worker: Worker<J>, promise: PromiseLike<unknown>): void {
    // What `await` does: a promise of ours is taken as it is, whatever methods it has; all else that
    // is thenable, and may call back twice or throw, stands behind a promise of ours.
    const settled = Promise.resolve(promise);
    const runner = this.#idle ?? this.#make();
    this.#idle = runner.next;
    runner.next = undefined;
    runner.worker = worker;
    void then.call(settled, runner.onFulfilled, runner.onRejected);
  }

  #make(): Runner<J> {
    const runner: Runner<J> = {
      worker: undefined,
      next: undefined,
      onFulfilled: (value) => {
        this.#end(runner, false, value);
      },
      onRejected: (reason) => {
        this.#end(runner, true, reason);
      },
    };
    return runner;
  }

  #end(runner: Runner<J>, failed: boolean, outcome: unknown): void {
    const worker = runner.worker as Worker<J>;
    runner.worker = undefined;
    runner.next = this.#idle;
    this.#idle = runner;
    this.#onEnd(worker, failed, outcome);
  }
}

interface Runner<J extends Job> {
  worker: Worker<J> | undefined;
  next: Runner<J> | undefined;
  readonly onFulfilled: (value: unknown) => void;
  readonly onRejected: (reason: unknown) => void;
}
