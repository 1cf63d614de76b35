// The first step of a job: it leaves WAIT, and what becomes of it is written into RUN. It is run, or
// skipped, or it is a second copy of a job that was accepted already: one of these, for ever, since a
// crew and a stop write to the same place.
//
// A second copy comes about only when the server was restarted: it then knows the ids of stored messages
// only, and the first copy has left WAIT. RUN still has it.
//
// Invariant: a message is acknowledged in WAIT after all that follows from its fate is written. So when
// this process dies half way, the next one that gets the message does the rest.

import { fromFrame } from "../codec/frame.js";
import type { FateHead, JobHead, Ledger, Written } from "./ledger.js";
import { numberIn } from "./names.js";
import type { Pulled } from "./puller.js";

type Fate = FateHead["fate"];

/**
 * Decides about a job that was pulled from WAIT, unless that was done before. Gives whether it is this call
 * that has made it one to be run.
 *
 * @throws GoneError if the pool was destroyed.
 */
export async function decide(
  ledger: Ledger,
  dedupe: number,
  message: Pulled,
  wish: "run" | "skip",
): Promise<boolean> {
  const { names } = ledger;
  const { seq: number, at } = message;
  const { head, body } = fromFrame<JobHead>(message.data);
  const subject = names.subject("run", number);
  const write = (fate: Fate, id?: string): Promise<Written> =>
    ledger.write(names.run, subject, { ...head, fate, at }, fate === "run" ? [body] : [], id);

  let fate: Fate = wish;
  const first = await write(wish, encodeURIComponent(head.id));
  let { outcome } = first;
  if (outcome === "duplicate") {
    const other = await ledger.read(names.run, first.seq);
    const isOther = other !== undefined && numberIn(other.subject) !== number;
    // That of another job of this id, which may be older than an id is remembered.
    if (isOther && at - fromFrame<FateHead>(other.data).head.at < dedupe) fate = "dup";
    ({ outcome } = await write(fate));
  }
  if (outcome === "taken") fate = (await ledger.head<FateHead>(names.run, subject))?.fate ?? "run";

  if (fate === "skip") {
    await ledger.write(names.side, names.subject("skip", number), head, [body]);
  } else if (fate === "dup") {
    await ledger.write(names.side, names.subject("note", `dup.${number}`), {});
  }
  message.ack();
  return fate === "run" && outcome !== "taken";
}
