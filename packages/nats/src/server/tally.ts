// The counters of a pool, from what the server has.
//
// Each step of a job is an entry in the stream of that step, written once, and `last_seq` of a stream is
// how many were ever written. With n(X) for that of stream X, and the corrections that stand in SIDE:
//
//   accepted  = n(WAIT) − duplicates          waiting   = n(WAIT) − n(RUN): all have a fate that left WAIT
//   skipped   = n(SIDE) − notes               inProgress = n(RUN) − skipped − duplicates − n(DONE)
//   retrieved = n(TOLD) − given back          finished  = n(DONE) − retrieved
//
// So the law accepted = waiting + inProgress + finished + retrieved + skipped holds by construction.
// The streams are read one after the other, from the last step to the first: what is under way meanwhile
// makes a difference larger, never negative.

import type { PoolStats } from "@chankit/pool";

import type { Ledger } from "./ledger.js";

/** What the entries of each stream count. */
export interface Counts {
  readonly wait: number;
  readonly run: number;
  readonly done: number;
  readonly told: number;
  readonly side: number;
  readonly fail: number;
  /** The subjects of the notes in SIDE, from `note` on. */
  readonly notes: readonly string[];
}

/** The counters that follow from them; all but `blocked`, of which the server knows nothing. */
export type Tally = Omit<PoolStats, "blocked">;

/** @throws GoneError if the pool was destroyed. */
export async function count(ledger: Ledger): Promise<Counts> {
  const { names } = ledger;
  const last = async (stream: string): Promise<number> =>
    (await ledger.info(stream)).state.last_seq;

  const told = await last(names.told);
  const fail = await last(names.fail);
  const done = await last(names.done);
  const root = names.subject("note");
  const { state } = await ledger.info(names.side, `${root}.>`);
  const notes = Object.keys(state.subjects ?? {}).map((subject) => subject.slice(root.length + 1));
  const run = await last(names.run);
  const wait = await last(names.wait);
  return { wait, run, done, told, side: state.last_seq, fail, notes };
}

/** The counters. */
export function tallyOf({ wait, run, done, told, side, fail, notes }: Counts): Tally {
  const duplicates = notes.filter((note) => note.startsWith("dup.")).length;
  const givenBack = notes.filter((note) => note.startsWith("back.")).length;
  const skipped = side - notes.length;
  const retrieved = told - givenBack;
  return {
    accepted: wait - duplicates,
    waiting: wait - run,
    inProgress: run - skipped - duplicates - done,
    finished: done - retrieved,
    retrieved,
    skipped,
    failed: fail,
  };
}
