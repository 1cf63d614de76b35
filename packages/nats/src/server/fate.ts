// The first step of a job: it leaves WAIT, and what becomes of it is written into RUN. It is run, or
// skipped, or it is a second copy of a job that was accepted already: one of these, for ever, since a
// crew and a stop write to the same place.
//
// A second copy comes about only when the server was restarted: it then knows the ids of stored messages
// only, and the first copy has left WAIT. RUN still has it.
//
// Whether what stands in RUN is about this very job, is told by its id and by when it was accepted: should a killed server
// have given its number twice, it gets a place of its own far behind all others.
//
// Invariant: a message is acknowledged in WAIT after all that follows from its fate is written. So when
// this process dies half way, the next one that gets the message does the rest.

import { fromFrame } from "../codec/frame.js";
import type { FateHead, JobHead, Ledger, Written } from "./ledger.js";
import type { Pulled } from "./puller.js";

type Fate = FateHead["fate"];

/** So far behind its number is the next place of a job. No stream gets so long. */
const NEXT_PLACE = 2 ** 40;

/**
 * Decides about a job that was pulled from WAIT, unless that was done before. Gives its sequence in RUN if it is this
 * call that has made it one to be run; else 0.
 *
 * @throws GoneError if the pool was destroyed.
 */
export async function decide(
  ledger: Ledger,
  dedupe: number,
  message: Pulled,
  wish: "run" | "skip",
): Promise<number> {
  const { names } = ledger;
  const { head, body } = fromFrame<JobHead>(message.data);
  const { at } = message;
  const isOurs = (other: FateHead): boolean => other.id === head.id && other.at === at;
  let place = message.seq;
  let fate: Fate = wish;
  let id: string | undefined = encodeURIComponent(head.id);
  const write = (): Promise<Written> => {
    const parts = fate === "run" ? [body] : [];
    return ledger.write(names.run, names.subject("run", place), { ...head, fate, at }, parts, id);
  };

  const first = await write();
  let { outcome, seq } = first;
  if (outcome === "duplicate") {
    const other = await ledger.head<FateHead>(names.run, first.seq);
    // That of another job of this id, which may be older than an id is remembered.
    if (other !== undefined && !isOurs(other) && at - other.at < dedupe) fate = "dup";
    id = undefined;
    ({ outcome, seq } = await write());
  }
  while (outcome === "taken") {
    const other = await ledger.head<FateHead>(names.run, names.subject("run", place));
    if (other === undefined || isOurs(other)) {
      fate = other?.fate ?? "run";
      break;
    }
    place += NEXT_PLACE;
    ({ outcome, seq } = await write());
  }

  if (fate === "skip") {
    await ledger.write(names.side, names.subject("skip", place), head, [body]);
  } else if (fate === "dup") {
    await ledger.write(names.side, names.subject("note", `dup.${place}`), {});
  }
  message.ack();
  return fate === "run" && outcome !== "taken" ? seq : 0;
}
