import type { WorkerPool } from "../../src/index.js";
import type { TestJob } from "./jobs.js";

type Verb = (pool: WorkerPool<TestJob>) => Promise<unknown>;

export type VerbName = "close" | "stop" | "shutdown" | "abort";

/** The verbs that end a pool. */
export const verbs: Readonly<Record<VerbName, Verb>> = {
  close: (pool) => pool.close(),
  stop: (pool) => pool.stop(),
  shutdown: (pool) => pool.shutdown(),
  abort: (pool) => pool.abort(),
};

/** Their names, for `it.each`. */
export const verbNames = Object.keys(verbs) as VerbName[];

/** Those that skip what waits. */
export const stoppingVerbs = verbNames.filter((name) => name !== "close");
