// What becomes of a job is written into RUN: it is run, or skipped, or it is a second copy of a job that was accepted
// already: one of these, for ever, since crews and a stop write to the same place. From then on it does not wait any
// more, though WAIT holds it until it has ended.
//
// A second copy comes about only when the server was restarted: it then knows the ids of stored messages
// only, and the first copy has left WAIT. RUN still has it.
//
// Whether what stands in RUN is about this very job, is told by its id and by when it was accepted: should a killed server
// have given its number twice, it gets a place of its own far behind all others.
//
// Invariant: a job leaves WAIT after all that follows from its fate is written, its result too. So when a process
// dies half way, the next one that gets the job does the rest; and what WAIT does not hold has ended, whatever of it is
// forgotten.

import { fromFrame } from "../codec/frame.js";
import type { FateHead, JobHead, Ledger } from "./ledger.js";
import { numberIn } from "./names.js";
import { isHeld, type Waiting } from "./waiting.js";

/** What is to become of a job, if that is not decided yet. */
export interface Wish extends Pick<FateHead, "by" | "first"> {
  readonly fate: "run" | "skip";
  /** An input that is longer is kept in RUN, if the job is run. */
  readonly longest?: number;
}

/** What has become of a job. */
export interface Fated {
  readonly head: FateHead;
  /** The number of its entries. */
  readonly place: number;
  /** Its sequence in RUN. */
  readonly seq: number;
  /** Whether it is this call that has decided. */
  readonly isNew: boolean;
  readonly input: Uint8Array;
}

/** So far behind its number is the next place of a job. No stream gets so long. */
const NEXT_PLACE = 2 ** 40;

/** The number of the job at a place. */
export function numberAt(place: number): number {
  return place % NEXT_PLACE;
}

/** Whether an entry of RUN is about this job. */
export function isAbout(entry: FateHead, { at, data }: Waiting): boolean {
  return entry.at === at && entry.id === fromFrame<JobHead>(data).head.id;
}

/**
 * Decides about a job, unless that was done before, and writes what follows from it, but for a result. `undefined` if
 * it has ended so long ago that it is forgotten.
 *
 * @throws GoneError if the pool was destroyed.
 */
export async function decide(
  ledger: Ledger,
  dedupe: number,
  job: Waiting,
  wish: Wish,
): Promise<Fated | undefined> {
  const { names } = ledger;
  const { head, body: input } = fromFrame<JobHead>(job.data);
  const fated = await find(ledger, dedupe, job, { wish, head, input });
  if (fated?.head.fate === "skip") {
    await ledger.write(names.side, names.subject("skip", fated.place), head, [input]);
  } else if (fated?.head.fate === "dup") {
    await ledger.write(names.side, names.subject("note", `dup.${fated.place}`), {});
  }
  return fated;
}

interface Given {
  readonly wish: Wish;
  readonly head: JobHead;
  readonly input: Uint8Array;
}

/** Writes the fate, or finds what stands there. */
async function find(
  ledger: Ledger,
  dedupe: number,
  job: Waiting,
  { wish: { longest = Infinity, ...wish }, head, input }: Given,
): Promise<Fated | undefined> {
  const { names } = ledger;
  const { at } = job;
  const isLong = wish.fate === "run" && input.length > longest;
  let entry: FateHead = { ...head, ...wish, at, input: isLong ? input.length : undefined };
  let parts = isLong ? [input] : [];
  let place = job.seq;
  let id: string | undefined = encodeURIComponent(head.id);
  for (;;) {
    const subject = names.subject("run", place);
    const { outcome, seq } = await ledger.write(names.run, subject, entry, parts, id);
    if (outcome === "written") return { head: entry, place, seq, isNew: true, input };
    const message = await ledger.read(names.run, outcome === "taken" ? subject : seq);
    const other = message && fromFrame<FateHead>(message.data).head;
    if (message !== undefined && other !== undefined && isAbout(other, job)) {
      const found = { place: numberIn(message.subject), seq: message.seq };
      return { ...found, head: other, isNew: false, input };
    }
    // It may have been that of this job.
    if (other === undefined && !(await isHeld(ledger, job))) return undefined;
    if (outcome === "duplicate") {
      // Another job of this id, which may be older than an id is remembered.
      if (other !== undefined && at - other.at < dedupe) {
        entry = { ...head, fate: "dup", at };
        parts = [];
      }
      id = undefined;
    } else if (other !== undefined) {
      place += NEXT_PLACE;
    }
  }
}
