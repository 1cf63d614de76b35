// Does to a real pool what a schedule says, and looks at it meanwhile.

import { jest } from "@jest/globals";

import {
  type Finished,
  type JobOptions,
  PoolClosedError,
  type PoolState,
  WorkerPool,
} from "../../src/index.js";
import { lost } from "./counters.js";
import { Gate, readAll, TestJob } from "./jobs.js";
import { type Action, type Ending, type Extras, PLAIN, type Schedule } from "./schedule.js";
import { nextTurn } from "./settle.js";
import { verbs } from "./verbs.js";
import { type Outcome, watch } from "./watch.js";

/** A call that may have to wait. */
export interface Call {
  readonly by: "queue" | "tryQueue" | "submit" | "trySubmit" | "retrieve" | "idle";
  readonly outcome: Outcome<unknown>;
  readonly controller: AbortController | undefined;
}

/** What `trySubmit` is said to give if there is no room. */
const NO_ROOM = false;

/** One of `queue`, `tryQueue`, `submit` or `trySubmit`. */
export interface Offer extends Call {
  readonly job: TestJob;
  readonly ends: Ending;
  readonly extras: Extras;
  readonly gate: Gate;
  told: boolean;
}

const STATES: PoolState[] = ["open", "closing", "stopping", "terminated"];

export class Driver {
  readonly pool: WorkerPool<TestJob>;
  readonly offers: Offer[] = [];
  /** Calls of `retrieve` and `idle`. */
  readonly others: Call[] = [];
  readonly verbs: Outcome<unknown>[] = [];
  /** What `tryRetrieve` has given. */
  readonly tried: Finished<TestJob>[] = [];
  /** What was seen that must never be. */
  readonly problems = new Set<string>();
  readonly discards: boolean;
  readonly #room: number;
  #size: number;
  #largest: number;
  #state: PoolState = "open";

  constructor(schedule: Schedule) {
    this.pool = new WorkerPool<TestJob>(schedule);
    this.discards = schedule.discardResults;
    this.#room = schedule.queueSize;
    this.#size = this.#largest = schedule.workers;
  }

  /** Does it; the call that it has made or chosen, if any. */
  apply(action: Action): Call | undefined {
    const { pool } = this;
    switch (action.do) {
      case "queue":
      case "submit":
      case "trySubmit":
        return this.#offer(action.do, action.ends, action.signal, action.extras);
      case "tryQueue":
        return this.#offer(action.do, action.ends, false, action.extras);
      case "retrieve":
        return this.#read(action.signal);
      case "idle":
        return this.#call({ by: "idle", controller: undefined, outcome: watch(pool.idle()) });
      case "pass":
        jest.advanceTimersByTime(action.ms);
        return undefined;
      case "pause":
      case "resume":
        pool[action.do]();
        return undefined;
      case "tryRetrieve": {
        const { finished } = pool.tryRetrieve();
        if (finished !== undefined) this.tried.push(finished);
        return undefined;
      }
      case "end":
        return this.#end(action.nth);
      case "cancel":
        return this.#cancel(action.nth);
      case "abort worker":
        pool.workers[action.nth % pool.workers.length]?.abort();
        return undefined;
      case "resize":
        this.#resize(action.to);
        return undefined;
      default:
        this.verbs.push(watch(verbs[action.do](pool)));
        return undefined;
    }
  }

  /** Looks for what must never be. */
  look(): void {
    const { state, stats, finished, paused } = this.pool;
    const seen = `${state}: ${JSON.stringify(stats)}`;
    const ids = this.pool.workers.map(({ id }) => id);
    if (ids.some((id, i) => id !== i)) this.problems.add(`ids: ${ids.join()}`);
    const over = state !== "open" && stats.waiting === 0 && stats.inProgress === 0;
    if (lost(stats) !== 0) this.problems.add(`the law is broken: ${seen}`);
    if (Object.values(stats).some((n: number) => n < 0)) this.problems.add(`negative: ${seen}`);
    if (stats.waiting + stats.inProgress > this.#room + this.#largest) {
      this.problems.add(`more than there is room for: ${seen}`);
    }
    if (over !== (state === "terminated")) this.problems.add(`terminated or not: ${seen}`);
    if (paused && state !== "open") this.problems.add(`paused: ${seen}`);
    if (state === "terminated" && !finished.closed) this.problems.add("terminated, but readable");
    if (STATES.indexOf(state) < STATES.indexOf(this.#state)) this.problems.add(`again: ${state}`);
    this.#state = state;
  }

  /** Closes the pool and ends what runs, until all has come to its end. */
  async finish(): Promise<void> {
    this.apply({ do: "close" });
    for (let round = 0; round <= 4 * this.offers.length; round++) {
      await nextTurn();
      jest.advanceTimersByTime(20);
      while (this.#end(0) !== undefined);
    }
    this.tried.push(...readAll(this.pool));
    await nextTurn();
  }

  #offer(by: Offer["by"], ends: Ending, withSignal: boolean, extras: Extras): Offer {
    const { pool } = this;
    const controller = withSignal ? new AbortController() : undefined;
    const { priority, timeout, retry } = extras;
    const options: JobOptions = {
      priority,
      timeout,
      ...(retry && { retry: { times: retry.times, delay: () => retry.ms } }),
      ...(controller && { signal: controller.signal }),
    };
    const gate = new Gate();
    const job = new TestJob(String(this.offers.length), ({ attempt }) => {
      if (attempt !== job.runs) this.problems.add(`attempt ${attempt} of run ${job.runs}`);
      if (attempt <= extras.failures) throw new Error("fails at first");
      return this.#run(ends, gate);
    });
    const call = {
      queue: () => pool.queue(job, options),
      submit: () => pool.submit((context) => job.run(context), options),
      trySubmit: async () => pool.trySubmit((context) => job.run(context), options) ?? NO_ROOM,
      tryQueue: async () => pool.tryQueue(job, options),
    };
    const outcome = watch<unknown>(call[by as keyof typeof call]());
    const offer = { by, job, ends, extras, gate, told: false, controller, outcome };
    this.offers.push(offer);
    return offer;
  }

  #read(withSignal: boolean): Call {
    const controller = withSignal ? new AbortController() : undefined;
    const options = controller === undefined ? {} : { signal: controller.signal };
    const outcome = watch<unknown>(this.pool.retrieve(options));
    return this.#call({ by: "retrieve", controller, outcome });
  }

  #call(call: Call): Call {
    this.others.push(call);
    return call;
  }

  /** Ends the nth of the jobs that wait to be told. */
  #end(nth: number): Offer | undefined {
    const running = this.offers.filter(
      ({ job, ends, told, extras }) =>
        job.runs > extras.failures && ends.endsWith("when told") && !told,
    );
    const offer = running[nth % running.length];
    if (offer === undefined) return undefined;
    offer.told = true;
    if (offer.ends === "when told") offer.gate.open(undefined);
    else offer.gate.fail(undefined);
    return offer;
  }

  /** Aborts the nth of the signals that are not aborted. */
  #cancel(nth: number): Call | undefined {
    const calls = [...this.offers, ...this.others].filter(
      ({ controller }) => controller?.signal.aborted === false,
    );
    const call = calls[nth % calls.length];
    call?.controller?.abort("cancelled");
    return call;
  }

  #resize(to: number): void {
    const terminated = this.pool.state === "terminated";
    const running = this.pool.stats.inProgress;
    if (!terminated) this.#size = to;
    this.#largest = Math.max(this.#largest, to);
    let error: unknown;
    try {
      this.pool.resize(to);
    } catch (thrown) {
      error = thrown;
    }
    const right = terminated ? error instanceof PoolClosedError : error === undefined;
    if (!right) this.problems.add(`resize: ${String(error)}`);
    if (this.pool.stats.inProgress !== running) this.problems.add("resize has started a job");
  }

  #run(ends: Ending, gate: Gate): unknown {
    this.look();
    if (this.pool.stats.inProgress > this.#size) this.problems.add("more run than the size allows");
    if (this.pool.paused) this.problems.add("started during a pause");
    switch (ends) {
      case "returns":
        return 1;
      case "throws":
        throw new Error("thrown");
      case "resolves":
        return Promise.resolve(1);
      case "rejects":
        gate.fail(undefined);
        return gate.promise;
      case "when told":
      case "fails when told":
        return gate.promise;
      case "queues another":
        this.#offer("queue", "resolves", false, PLAIN);
        return 1;
      case "grows the pool":
        this.#resize(this.#size + 1);
        return 1;
      default:
        this.apply({ do: ends });
        return 1;
    }
  }
}
