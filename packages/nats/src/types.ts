// What users write down: tasks, and what comes back about a job.

/** What a running task is told. */
export interface TaskContext {
  /** Aborted when the task should give up. */
  readonly signal: AbortSignal;
  /** The number of the worker in its process. */
  readonly worker: number;
  /** 1 for the first try; more after a failure, if it is tried again, or a process that died with the job. */
  readonly attempt: number;
  /** The id of the job: the same for each try. */
  readonly id: string;
}

/** Any set of tasks: what a pool has whose tasks are not given as a type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- nothing is known of them
export type AnyTasks = Record<string, (input: any, context: TaskContext) => any>;

/** The names of tasks. */
export type TaskName<T> = keyof T & string;

/** What a task takes. */
export type InputOf<F> = F extends (input: infer I, ...rest: never) => unknown ? I : never;

/** What a task gives. */
export type OutputOf<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** A job that was accepted, and will not run. */
export type SkippedTask<T = AnyTasks> = {
  readonly [K in TaskName<T>]: {
    /** As given to `queue`, or a random one. */
    readonly id: string;
    readonly task: K;
    readonly input: InputOf<T[K]>;
  };
}[TaskName<T>];

/** A job that has ended, one way or the other. */
export type FinishedTask<T = AnyTasks> = {
  readonly [K in TaskName<T>]: {
    /** As given to `queue`, or a random one. */
    readonly id: string;
    readonly task: K;
    /** What was queued: a copy. */
    readonly input: InputOf<T[K]>;
    /**
     * How often it was run: more than once if it was tried again, or a process died with it. Servers before 2.10.16
     * count a delivery that found no crew, too.
     */
    readonly attempts: number;
  } & (
    | {
        readonly status: "fulfilled";
        readonly output: OutputOf<T[K]>;
        /** Nothing: so that all of it can be taken apart at once. */
        readonly reason?: undefined;
      }
    | {
        readonly status: "rejected";
        /** Nothing: so that all of it can be taken apart at once. */
        readonly output?: undefined;
        /** What the task threw: an `Error` like it, or the value itself if that is JSON. */
        readonly reason: unknown;
      }
  );
}[TaskName<T>];
