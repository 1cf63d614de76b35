// The counters of a pool, from what the server has.
//
// Each step of a job is an entry in the stream of that step, written once, and `last_seq` of a stream is
// how many were ever written. With n(X) for that of stream X, and the corrections that stand in SIDE:
//
//   accepted  = n(RUN) + waiting − duplicates  waiting   = n(WAIT) − n(RUN): all others have a fate
//   skipped   = n(SIDE) − notes               inProgress = n(RUN) − skipped − duplicates − n(DONE)
//   retrieved = n(TOLD) − given back          finished  = n(DONE) − retrieved
//
// So the law accepted = waiting + inProgress + finished + retrieved + skipped holds by construction.
//
// The server tells all of them in one answer; but it goes through the streams one after the other, in the order
// DONE, FAIL, RUN, SIDE, TOLD, WAIT, while they may grow. What that makes too large is what is told last:
// the numbers of TOLD and WAIT are taken to be those of a moment before.

import type { PoolStats } from "@chankit/pool";
import type { StreamState } from "@nats-io/jetstream";

import type { Ledger } from "./ledger.js";

/** What the entries of each stream count. */
export interface Counts {
  readonly wait: number;
  readonly run: number;
  readonly done: number;
  readonly told: number;
  readonly side: number;
  readonly fail: number;
  /** How many messages there are in WAIT. */
  readonly held: number;
  /** The subjects of the notes in SIDE, from `note` on. */
  readonly notes: readonly string[];
}

/** The counters that follow from them; all but `blocked`, of which the server knows nothing. */
export type Tally = Omit<PoolStats, "blocked">;

/** @throws GoneError if the pool was destroyed. */
export async function count(ledger: Ledger): Promise<Counts> {
  const { names } = ledger;
  const root = names.subject("note");
  for (;;) {
    const { state } = await ledger.info(names.side, `${root}.>`);
    const last = await lastOf(ledger);
    // Of an entry that came in between it is not known whether it is a note.
    if (last.side !== state.last_seq) continue;
    const subjects = Object.keys(state.subjects ?? {});
    return { ...last, notes: subjects.map((subject) => subject.slice(root.length + 1)) };
  }
}

/** What of the state of a stream counts. */
type Held = Pick<StreamState, "last_seq" | "messages">;

/** The last sequences of the streams. */
async function lastOf(ledger: Ledger): Promise<Omit<Counts, "notes">> {
  const { names } = ledger;
  for (;;) {
    const infos = await ledger.call((manager) => manager.streams.list(names.subject(">")).next());
    const states = new Map(infos.map(({ config, state }) => [config.name, state]));
    const missing = names.streams.filter((stream) => !states.has(stream));
    const stateOf = (stream: string): Held => states.get(stream) ?? { last_seq: 0, messages: 0 };
    const of = (stream: string): number => stateOf(stream).last_seq;
    const held = stateOf(names.wait).messages;
    const [wait, run, done] = [of(names.wait), of(names.run), of(names.done)];
    const [told, side, fail] = [of(names.told), of(names.side), of(names.fail)];
    if (missing.length === 0) return { wait, run, done, told, side, fail, held };
    // It is gone, and with it the pool; or the server did not know it just then.
    for (const stream of missing) await ledger.info(stream);
  }
}

/** The counters, of a pool with this bound. */
export function tallyOf(
  { wait, run, done, told, side, fail, held, notes }: Counts,
  queueSize: number = Infinity,
): Tally {
  const duplicates = notes.filter((note) => note.startsWith("dup.")).length;
  const givenBack = notes.filter((note) => note.startsWith("back.")).length;
  const skipped = side - notes.length;
  const retrieved = Math.min(told - givenBack, done);
  const inProgress = run - skipped - duplicates - done;
  // Should a killed server have forgotten where WAIT ended (gate.ts), only what it holds is known: no less than what
  // waits and is in progress.
  const waiting = Math.min(wait < run ? Math.max(0, held - inProgress) : wait - run, queueSize);
  return {
    accepted: run + waiting - duplicates,
    waiting,
    inProgress,
    finished: done - retrieved,
    retrieved,
    skipped,
    failed: fail,
  };
}
