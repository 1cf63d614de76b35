// What waits, as reports see it: plain data.

/** One operation that waits. */
export interface Waiting {
  /** What it waits to do: `"wait"` for a WaitGroup, a Group, a Limiter or a pool; `"acquire"` for permits. */
  readonly kind: "receive" | "send" | "select" | "wait" | "acquire";
  /** On what: `Chan "jobs"`; of a select, all its cases. */
  readonly on: string;
  /** The name of its task, given by `named`; or the worker of a pool whose job it is. */
  readonly task: string | undefined;
  /** Since when, in epoch milliseconds. */
  readonly since: number;
  /** Where in the program it began: "at f (file:line:column)", one line a frame, those of ours left out. */
  readonly stack: string;
  /** Whether it is meant to wait: on a channel, a timer or a limiter with `ref: false`. */
  readonly daemon: boolean;
}

/** What a report tells beside. */
export interface Sleeper extends Waiting {
  /** What it waits on, as it is now: "cap 2, len 2". */
  readonly state: string;
  /** What it is that could end the wait, or why nothing can. */
  readonly hint: string | undefined;
}
