import { type Finished, type Job, type JobContext, WorkerPool } from "../../src/index.js";
import type { WorkerPoolOptions } from "../../src/index.js";
import { Gate } from "../../../../tools/testing/gate.js";
import { settle } from "./settle.js";

export { Gate };

/** A job that runs `body`, or, without one, until the test ends it. */
export class TestJob implements Job {
  readonly name: string;
  /** How often it was started, and with what the last time. */
  runs = 0;
  context: JobContext | undefined;
  readonly #gate = new Gate();
  readonly #body: (context: JobContext) => unknown;

  constructor(name: string, body?: (context: JobContext) => unknown) {
    this.name = name;
    this.#body = body ?? (() => this.#gate.promise);
  }

  run(context: JobContext): unknown {
    this.runs++;
    this.context = context;
    return this.#body(context);
  }

  end(): void {
    this.#gate.open(undefined);
  }

  fail(reason: unknown): void {
    this.#gate.fail(reason);
  }
}

/** A job that ends as soon as it is started, without waiting. */
export function quick(name: string): TestJob {
  return new TestJob(name, () => name);
}

/** Jobs of these names, each of which runs until the test ends it. */
export function jobs<const N extends readonly string[]>(
  ...names: N
): { readonly [K in keyof N]: TestJob } {
  return names.map((name) => new TestJob(name)) as never;
}

/** The names of jobs, or of those that have finished. */
export function names(list: readonly (TestJob | Finished<TestJob>)[]): string[] {
  return list.map((item) => (item instanceof TestJob ? item : item.job).name);
}

/** A pool, each worker of which runs a job: `running[i]` on worker `i`. */
export async function busyPool(
  options: WorkerPoolOptions,
): Promise<{ pool: WorkerPool<TestJob>; running: TestJob[] }> {
  const pool = new WorkerPool<TestJob>(options);
  const running = Array.from({ length: options.workers }, (_, i) => new TestJob(`running${i}`));
  for (const job of running) pool.tryQueue(job);
  await settle();
  return { pool, running };
}

/** All results that can be read now. */
export function readAll(pool: WorkerPool<TestJob>): Finished<TestJob>[] {
  const results: Finished<TestJob>[] = [];
  for (let r = pool.tryRetrieve(); r.finished !== undefined; r = pool.tryRetrieve()) {
    results.push(r.finished);
  }
  return results;
}
