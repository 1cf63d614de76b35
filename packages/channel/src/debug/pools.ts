// What is known of pools: those that there are, and the jobs that run. A pool tells it through a cell of
// its own, as the channel package does (`Sight`); so this entry needs no pool, and works with one of
// another copy.

import { nameOf, tagOf } from "../util/inspect.js";
import { labelOf, property, stateOf } from "./owners.js";
import { now } from "./recording.js";
import { runAs } from "./tasks.js";
import { tellRecorders } from "./watch.js";
import { mark, type Wait } from "./waits.js";
import type { Sleeper } from "./waiting.js";

/** A run of a job, as its pool tells of it. */
interface JobRun {
  readonly pool: object;
  readonly job: unknown;
  readonly worker: number;
}

/** What looks at pools. */
interface PoolSight {
  /** Something has become of a pool: "open", "close" … */
  tell(pool: object, event: string): void;
  /** Calls `run`, the run of a job, and gives what it gives. */
  run(job: JobRun, run: () => unknown): unknown;
  /** The job has ended: later than its run has returned, if it `wasAsync`. */
  ended(job: JobRun, failed: boolean, outcome: unknown, wasAsync: boolean): void;
}

/** See `sight.ts` of the pool. */
interface PoolCell {
  watch: PoolSight | undefined;
}

interface Running {
  /** See `mark`. */
  readonly number: number;
  readonly pool: WeakRef<object>;
  readonly label: string;
  readonly task: string;
  readonly since: number;
}

const cells = globalThis as unknown as Record<symbol, PoolCell | undefined>;
const CELL = Symbol.for("@chankit/pool");
/** The runs that have not ended: without the job and its pool, which may become garbage. */
const running = new Set<Running>();
const runOf = new WeakMap<JobRun, Running>();
/** With their numbers; see `mark`. */
const pools = new Map<WeakRef<object>, number>();

let mine: PoolSight | undefined;
let others: PoolSight | undefined;

/** Looks at pools, beside what else does. */
export function watchPools(): void {
  if (mine !== undefined) return;
  const cell = (cells[CELL] ??= { watch: undefined });
  others = cell.watch;
  cell.watch = mine = {
    tell(pool, event) {
      others?.tell(pool, event);
      if (event === "open") keep(pool);
    },
    run(job, run) {
      const task = `${nameOf(job.pool) ?? tagOf(job.pool)} worker ${job.worker}`;
      const begun = {
        number: mark(),
        pool: new WeakRef(job.pool),
        label: labelOf(job.pool),
        task,
        since: now(),
      };
      running.add(begun);
      runOf.set(job, begun);
      const inTask = (): unknown => runAs({ name: task, pool: job.pool, run: begun }, run);
      return others === undefined ? inTask() : others.run(job, inTask);
    },
    ended(job, failed, outcome, wasAsync) {
      others?.ended(job, failed, outcome, wasAsync);
      const begun = runOf.get(job);
      if (begun === undefined || !running.delete(begun)) return;
      const detail = `${nameOfJob(job.job)}${failed ? " failed" : ""}`;
      tellRecorders((recorder) => {
        recorder.job(job.pool, { task: begun.task, since: begun.since }, detail);
      });
    },
  };
}

/** Ends that, unless what was loaded since looks through it. */
export function unwatchPools(): void {
  const cell = cells[CELL];
  if (mine === undefined || cell?.watch !== mine) return;
  cell.watch = others;
  mine = others = undefined;
}

/** Forgets the runs that have begun since the mark `since`, and the pools that were made since. */
export function forgetRuns(since: number): void {
  for (const [ref, number] of pools) if (number > since) pools.delete(ref);
  for (const run of running) if (run.number > since) running.delete(run);
}

/**
 * Pools that have something to do, and none of whose jobs is among `told` as waiting for an operation. Only of
 * what has begun since the mark `since`.
 */
export function asleep(told: readonly Wait[], since: number): Sleeper[] {
  const runs = new Set(told.map(({ run }) => run));
  const jobs = [...running].filter((run) => run.number > since && !runs.has(run));
  const sleepers = jobs.map(({ pool, label, task, since }) =>
    sleeperOf(pool.deref(), label, task, since, hintOf(pool.deref())),
  );
  const busy = new Set([...running].map(({ pool }) => pool.deref()));
  for (const [ref, number] of pools) {
    const pool = ref.deref();
    if (pool === undefined || number < since || busy.has(pool)) continue;
    const waiting = property(property(pool, "stats"), "waiting");
    if (typeof waiting !== "number" || waiting === 0) continue;
    const hint = "jobs wait in its queue, and none of them is started";
    sleepers.push(sleeperOf(pool, labelOf(pool), undefined, now(), hint));
  }
  return sleepers;
}

/** A job that has submitted to its own pool, and awaits that, waits for no channel: it can only be guessed. */
function hintOf(pool: object | undefined): string {
  const waiting = property(property(pool, "stats"), "waiting");
  return typeof waiting === "number" && waiting > 0
    ? "a job that runs does not end, and others wait: does it wait for one of them, in its own pool?"
    : "a job that runs does not end";
}

function sleeperOf(
  pool: object | undefined,
  on: string,
  task: string | undefined,
  since: number,
  hint: string,
): Sleeper {
  const state = pool === undefined ? "" : stateOf(pool);
  return { kind: "wait", on, task, since, stack: "", daemon: false, state, hint };
}

function keep(pool: object): void {
  const ref = new WeakRef(pool);
  pools.set(ref, mark());
  registry?.register(pool, ref);
}

const registry =
  typeof FinalizationRegistry === "function"
    ? new FinalizationRegistry<WeakRef<object>>((ref) => pools.delete(ref))
    : undefined;

/** The class of a job, or the name of a function. */
function nameOfJob(job: unknown): string {
  const name = property(
    (job as { readonly constructor?: unknown } | undefined)?.constructor,
    "name",
  );
  return typeof name === "string" && job !== undefined ? name : "function";
}
