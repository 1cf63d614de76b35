// The types that tie `serve` in the thread to `run` here.

/** What a task is told. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- some object, whatever is in it
export interface TaskContext<Channels = {}> {
  /** Aborted when the signal of the call is. For tasks that wait; a loop that does not sees `aborted`. */
  readonly signal: AbortSignal;
  /**
   * Whether the call was aborted. It stands in shared memory, so that a loop which never waits sees it
   * change; where there is no `SharedArrayBuffer`, it follows {@link signal}.
   */
  readonly aborted: boolean;
  /** The number of the thread, from 0. One that takes the place of another has its number. */
  readonly thread: number;
  /** The channels that were given to the call. */
  readonly channels: Channels;
}

/** A function that a thread runs. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- of whatever input and channels
export type Task = (input: any, context: TaskContext<any>) => unknown;

/** Tasks by their names, as `serve` takes them: interfaces and classes, too. */
export type Tasks<T> = { readonly [K in keyof T]: Task };

/** What a task takes. */
export type TaskInput<F> = F extends (...args: infer A) => unknown ? A[0] : never;

/** The channels that a task takes. */
export type TaskChannels<F> = F extends (input: never, context: infer C) => unknown
  ? C extends { readonly channels: infer Channels }
    ? Channels
    : never
  : never;

/** What comes of a task. */
export type TaskOutput<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

/** The names of the tasks that can do without an input. */
export type TasksWithoutInput<T> = {
  [K in keyof T]: undefined extends TaskInput<T[K]> ? K : never;
}[keyof T];
