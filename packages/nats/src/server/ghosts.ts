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
import { isHeld, nextWaiting } from "./waiting.js";

/** How much of it is looked through at a time. */
const GHOSTS = 200;

/** Up to where a consumer has nothing to deliver any more; and the first and last entry of its stream. */
interface Floor {
  readonly floor: number;
  readonly first: number;
  readonly last: number;
}

/** Deletes what a killed server has brought back. */
export async function dropGhosts(ledger: Ledger): Promise<void> {
  const { names } = ledger;
  await dropFromWait(ledger);
  const { first_seq: first, last_seq: last } = (await ledger.info(names.run)).state;
  await dropFrom(ledger, names.run, [first, last - 1], async (place, { at }) => {
    // This is asked first: a job leaves WAIT after its result is written.
    const isInProgress = await isHeld(ledger, { seq: numberAt(place), at });
    return isInProgress || has(ledger, names.done, names.subject("done", place));
  });
  const done = await floorOf(ledger, names.done);
  const end = Math.min(done.floor, done.last - 1);
  await dropFrom(ledger, names.done, [done.first, end], (place) =>
    has(ledger, names.told, names.subject("told", place)),
  );
}

async function dropFromWait(ledger: Ledger): Promise<void> {
  const { names } = ledger;
  const { first, floor } = await floorOf(ledger, names.wait);
  let next = first;
  for (let count = 0; next <= floor && count < GHOSTS; count++) {
    const job = await nextWaiting(ledger, next);
    if (job === undefined) return;
    next = job.seq + 1;
    const fate = await ledger.head<FateHead>(names.run, names.subject("run", job.seq));
    if (fate === undefined || !isAbout(fate, job)) continue;
    const isOver = fate.fate !== "run" || (await hasEnded(ledger, job.seq));
    if (isOver) await ledger.erase(names.wait, job.seq);
  }
}

/** Where the consumer of a stream is. */
export async function floorOf(ledger: Ledger, stream: string): Promise<Floor> {
  const { ack_floor } = await ledger.call((manager) => manager.consumers.info(stream, CONSUMER));
  const { state } = await ledger.info(stream);
  const first = state.messages === 0 ? Infinity : state.first_seq;
  return { floor: ack_floor.stream_seq, first, last: state.last_seq };
}

/** Deletes entries from the front on, up to one that stays. */
async function dropFrom(
  ledger: Ledger,
  stream: string,
  [first, last]: readonly [number, number],
  stays: (place: number, head: FateHead) => Promise<boolean>,
): Promise<void> {
  const end = Math.min(last, first + GHOSTS);
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
