// The tasks of a crew, and the run of one.

import type { JobContext } from "@chankit/pool";

import { encodeReason } from "../codec/reason.js";
import { decode, EMPTY, encode, type Encoded } from "../codec/value.js";
import type { Fated } from "../server/fate.js";
import type { DoneHead } from "../server/ledger.js";
import type { Link } from "../server/link.js";
import type { TaskContext } from "../types.js";

/** What of a message is not for input and output. */
const SPARE_BYTES = 4096;
const DEFAULT_MAX_PAYLOAD = 1 << 20;

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
  { head: { task, kind }, input }: Fated,
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

/** How many bytes of input and output one message may have. */
export function roomIn({ connection }: Link): number {
  return (connection.info?.max_payload ?? DEFAULT_MAX_PAYLOAD) - SPARE_BYTES;
}

/** An input that is longer stands in RUN: so that, without it, its result may have all the room there is. */
export function longestIn(room: number): number {
  return Math.floor(room / 64);
}

/**
 * The entry of a result. What is longer than the server takes is left out: the input, if RUN has it, and
 * if that does not help, the output, which makes it a failure.
 */
export function toEntry(
  job: Fated,
  attempts: number,
  { status, value }: Outcome,
  maxLength: number,
): { readonly head: DoneHead; readonly parts: readonly Uint8Array[] } {
  const { head: fate, seq: run, input } = job;
  const { id, task, kind } = fate;
  const head = { id, task, kind, run, attempts, status, out: value.kind };
  if (input.length + value.bytes.length <= maxLength) {
    return { head: { ...head, input: input.length }, parts: [input, value.bytes] };
  }
  if (fate.input !== undefined && value.bytes.length <= maxLength) {
    return { head: { ...head, input: undefined }, parts: [value.bytes] };
  }
  const error = new RangeError(
    `the ${status === "fulfilled" ? "output" : "reason"} of task ${JSON.stringify(task)} has ${value.bytes.length} bytes: more than the server takes`,
  );
  return toEntry(job, attempts, rejected(error), Math.max(maxLength, 10_000));
}
