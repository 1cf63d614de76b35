// What a server that was killed brings back: messages that were deleted in its last seconds. In WAIT it is what lies below
// the floor of the consumer, since nothing would ever deliver that; in RUN and DONE it is what lies in front and whose
// later entry is gone. That of a job in progress is not there yet: but WAIT has that job.
//
// A floor proves nothing by itself: after a restart that of an older server may lie above what is in progress. So of each
// job in WAIT it is asked whether it has ended. And they are deleted one by one: a purge makes older servers forget
// whatever the consumer of the stream has delivered, and then nothing delivers it again.

import { fromFrame } from "../codec/frame.js";
import { hasEnded } from "./ended.js";
import { isAbout, numberAt } from "./fate.js";
import { CONSUMER } from "./layout.js";
import type { FateHead, Ledger } from "./ledger.js";
import { numberIn } from "./names.js";
import { isHeld, waitingIn } from "./waiting.js";

/** How much of it is looked through at a time. */
const GHOSTS = 200;

/** Deletes what a killed server has brought back. */
export async function dropGhosts(ledger: Ledger): Promise<void> {
  const { names } = ledger;
  await dropFromWait(ledger);
  await dropFrom(ledger, names.run, Infinity, async (place, { at }) => {
    // This is asked first: a job leaves WAIT after its result is written.
    const isInProgress = await isHeld(ledger, { seq: numberAt(place), at });
    return isInProgress || has(ledger, names.done, names.subject("done", place));
  });
  await dropFrom(ledger, names.done, await floorOf(ledger, names.done), (place) =>
    has(ledger, names.told, names.subject("told", place)),
  );
}

async function dropFromWait(ledger: Ledger): Promise<void> {
  const { names } = ledger;
  const floor = await floorOf(ledger, names.wait);
  let count = 0;
  for await (const job of waitingIn(ledger, 1, floor)) {
    if (++count > GHOSTS) return;
    const fate = await ledger.head<FateHead>(names.run, names.subject("run", job.seq));
    if (fate === undefined || !isAbout(fate, job)) continue;
    const isOver = fate.fate !== "run" || (await hasEnded(ledger, job.seq));
    if (isOver) await ledger.erase(names.wait, job.seq);
  }
}

/** Up to where the consumer of a stream has nothing to deliver any more. */
export async function floorOf(ledger: Ledger, stream: string): Promise<number> {
  const { ack_floor } = await ledger.call((manager) => manager.consumers.info(stream, CONSUMER));
  return ack_floor.stream_seq;
}

/** Deletes entries from the front on, up to one that stays, and none behind `floor`. The newest stays. */
async function dropFrom(
  ledger: Ledger,
  stream: string,
  floor: number,
  stays: (place: number, head: FateHead) => Promise<boolean>,
): Promise<void> {
  const { first_seq: first, last_seq: last } = (await ledger.info(stream)).state;
  const end = Math.min(floor, last - 1, first + GHOSTS);
  for (let seq = first; seq <= end; seq++) {
    const entry = await ledger.read(stream, seq);
    if (entry === undefined) continue;
    // Those of DONE have no fate.
    const { head } = fromFrame<FateHead>(entry.data);
    // A duplicate never has a result; nor has what was skipped, and then nothing comes any more.
    if (head.fate === "dup") continue;
    if (head.fate === "skip") return;
    if (await stays(numberIn(entry.subject), head)) return;
    await ledger.erase(stream, seq);
  }
}

async function has(ledger: Ledger, stream: string, subject: string): Promise<boolean> {
  return (await ledger.read(stream, subject)) !== undefined;
}
