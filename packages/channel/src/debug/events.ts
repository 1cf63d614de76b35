// What a recording is made of, and what its pictures have in common: lanes, and which send gave what
// a receive has taken. Pure: the pictures know nothing of channels.

/** Something that has happened, as a recording keeps it. Times are in epoch milliseconds, with fractions. */
export interface RecordedEvent {
  /** Numbers events in the order in which they happened; a recording that drops old ones has gaps at its start. */
  readonly id: number;
  /** What happened; a job is told at its end. */
  readonly kind: "send" | "receive" | "close" | "select" | "job";
  /** When it took effect; of a job, when it ended. */
  readonly time: number;
  /** When it began: earlier than `time` if it waited, or if it is a job. */
  readonly since: number;
  /** What did it: the name given by `named`, the worker of a pool, else the function that it stands in. */
  readonly task: string;
  /** What it was done to: `Chan "jobs"`; of a job, the pool. */
  readonly on: string;
  /** Of a select, the key of the case that was chosen; of a job, what it is and how it ended. */
  readonly detail: string | undefined;
  /** Of a receive: the `id` of the send whose value it took, if that is known. */
  readonly from: number | undefined;
}

/** The tasks of `events`, in the order of their first appearance. */
export function lanesOf(events: readonly RecordedEvent[]): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  for (const { task } of events) if (!lanes.has(task)) lanes.set(task, lanes.size);
  return lanes;
}

/** The sends among `events` by `id`, to be found by the receives that took their values. */
export function sendsOf(
  events: readonly RecordedEvent[],
): ReadonlyMap<number | undefined, RecordedEvent> {
  return new Map(events.filter(({ kind }) => kind === "send").map((event) => [event.id, event]));
}

/** "send Chan "jobs"", "select job", for people. */
export function labelOf({ kind, on, detail }: RecordedEvent): string {
  if (kind === "job") return detail as string;
  return detail === undefined ? `${kind} ${on}` : `${kind} ${detail} (${on})`;
}
