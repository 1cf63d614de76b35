// The tasks of a crew, and the run of one.

import type { JobContext } from "@chankit/pool";

import { fromFrame } from "../codec/frame.js";
import { encodeReason } from "../codec/reason.js";
import { decode, EMPTY, encode, type Encoded } from "../codec/value.js";
import type { DoneHead, FateHead } from "../server/ledger.js";
import type { TaskContext } from "../types.js";

/** What a crew is given. */
export type TaskRecord = Readonly<Record<string, (input: never, context: TaskContext) => unknown>>;

/** A result, to be written. */
export interface Outcome {
  readonly status: DoneHead["status"];
  readonly value: Encoded;
}

/** @throws TypeError if these are no tasks. */
export function checkTasks(tasks: unknown): asserts tasks is TaskRecord {
  if (typeof tasks !== "object" || tasks === null) {
    throw new TypeError("tasks must be an object of functions: { resize(input, context) { … } }");
  }
  for (const [name, task] of Object.entries(tasks)) {
    if (typeof task !== "function")
      throw new TypeError(`task ${JSON.stringify(name)} must be a function`);
  }
}

/**
 * Calls the task of a job with its input.
 *
 * @throws TypeError if there is no such task, or what the task throws.
 */
export function callTask(
  tasks: TaskRecord,
  { task, kind }: FateHead,
  input: Uint8Array,
  context: TaskContext,
): unknown {
  const fn = Object.hasOwn(tasks, task) ? tasks[task] : undefined;
  if (fn === undefined) {
    throw new TypeError(
      `unknown task ${JSON.stringify(task)}: this crew has ${Object.keys(tasks).join(", ") || "none"}`,
    );
  }
  return fn.call(tasks, decode({ kind, bytes: input }) as never, context);
}

/** What a task is told, of what its worker is told. Most never ask for the signal, which costs more than all else. */
export function contextOf(own: JobContext, attempt: number, id: string): TaskContext {
  return {
    get signal() {
      return own.signal;
    },
    worker: own.worker,
    attempt,
    id,
  };
}

/** What a task gave, as it is written; a failure, if it cannot be. */
export function fulfilled(task: string, output: unknown): Outcome {
  if (output === undefined) return { status: "fulfilled", value: { kind: "none", bytes: EMPTY } };
  try {
    return {
      status: "fulfilled",
      value: encode(output, `the output of task ${JSON.stringify(task)}`),
    };
  } catch (error) {
    return rejected(error);
  }
}

/** What a task threw. */
export function rejected(reason: unknown): Outcome {
  return { status: "rejected", value: { kind: "none", bytes: encodeReason(reason) } };
}

/**
 * The entry of a result. What is longer than the server takes is left out: the input, which RUN has, and
 * if that does not help, the output, which makes it a failure.
 */
export function toEntry(
  job: FateHead,
  input: Uint8Array,
  run: number,
  attempts: number,
  { status, value }: Outcome,
  maxLength: number,
): { readonly head: DoneHead; readonly parts: readonly Uint8Array[] } {
  const { id, task, kind } = job;
  const head = { id, task, kind, run, attempts, status, out: value.kind };
  if (input.length + value.bytes.length <= maxLength) {
    return { head: { ...head, input: input.length }, parts: [input, value.bytes] };
  }
  if (value.bytes.length <= maxLength)
    return { head: { ...head, input: undefined }, parts: [value.bytes] };
  const error = new RangeError(
    `the ${status === "fulfilled" ? "output" : "reason"} of task ${JSON.stringify(task)} has ${value.bytes.length} bytes: more than the server takes`,
  );
  return toEntry(job, input, run, attempts, rejected(error), Math.max(maxLength, 10_000));
}

/** A job as it lies in RUN. */
export function readJob(data: Uint8Array): { readonly job: FateHead; readonly input: Uint8Array } {
  const { head, body } = fromFrame<FateHead>(data);
  return { job: head, input: body };
}
