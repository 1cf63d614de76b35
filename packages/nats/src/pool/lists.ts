// What a stop and a shutdown give back: the skipped jobs, and the results that were not read. Both stay on
// the server until the pool is destroyed, so every such call, in whichever process, gives the same.

import type { StoredMsg } from "@nats-io/jetstream";

import { fromFrame } from "../codec/frame.js";
import { decode } from "../codec/value.js";
import { Hint } from "../server/hint.js";
import type { DoneHead, JobHead, Ledger, ToldHead } from "../server/ledger.js";
import { numberIn } from "../server/names.js";
import { pullNow } from "../server/pull-now.js";
import { count, tallyOf } from "../server/tally.js";
import type { FinishedTask, SkippedTask } from "../types.js";
import { resultOf } from "./claims.js";

const AT_A_TIME = 64;
const CLAIMERS = 8;
const LOOK_MS = 250;

/** The jobs that were skipped, in the order in which they were accepted. */
export async function skippedOf<T>(ledger: Ledger): Promise<readonly SkippedTask<T>[]> {
  const { names } = ledger;
  const prefix = names.subject("skip", "");
  const entries = (await entriesOf(ledger, names.side))
    .filter(({ subject }) => subject.startsWith(prefix))
    .sort((a, b) => numberIn(a.subject) - numberIn(b.subject));
  return entries.map(({ data }) => {
    const { head, body } = fromFrame<JobHead>(data);
    const { id, task, kind } = head;
    return { id, task, input: decode({ kind, bytes: body }) } as unknown as SkippedTask<T>;
  });
}

/** Claims all results that no reader has; resolves when every result of the pool is claimed. */
export async function claimUnread(ledger: Ledger, process: string): Promise<void> {
  const hint = new Hint(ledger, "told");
  try {
    for (;;) {
      await Promise.all(Array.from({ length: CLAIMERS }, () => claimAll(ledger, process)));
      const counts = await count(ledger);
      if (tallyOf(counts).finished <= 0) return;
      // A reader has some in its hands: it claims them, or the server gives them to us.
      await finishGivingBack(ledger, counts.notes);
      await hint.next(LOOK_MS);
    }
  } finally {
    hint.end();
  }
}

/** The results that a shutdown has claimed, in the order of completion. */
export async function unreadOf<T>(ledger: Ledger): Promise<readonly FinishedTask<T>[]> {
  const { names } = ledger;
  const claims = (await entriesOf(ledger, names.told))
    .map(({ data }) => fromFrame<ToldHead>(data).head)
    .filter(({ how }) => how === "unread")
    .sort((a, b) => a.done - b.done);
  return inBatches(claims, async ({ done }) => {
    const entry = (await ledger.read(names.done, done)) as StoredMsg;
    const { head, body } = fromFrame<DoneHead>(entry.data);
    return resultOf<T>(ledger, head, body);
  });
}

/** Deletes the claims that were to be given back when the process died that wanted to. */
export async function finishGivingBack(ledger: Ledger, notes: readonly string[]): Promise<void> {
  for (const note of notes) {
    if (note.startsWith("back.")) await ledger.erase(ledger.names.told, numberIn(note));
  }
}

async function claimAll(ledger: Ledger, by: string): Promise<void> {
  const { names } = ledger;
  for (;;) {
    const message = await pullNow(ledger, names.done);
    if (message === undefined) return;
    const { head } = fromFrame<DoneHead>(message.data);
    const claim: ToldHead = { by, how: "unread", run: head.run, done: message.seq };
    await ledger.write(names.told, names.subject("told", numberIn(message.subject)), claim);
    message.ack();
  }
}

async function entriesOf(ledger: Ledger, stream: string): Promise<readonly StoredMsg[]> {
  const { state } = await ledger.info(stream);
  const seqs = Array.from(
    { length: state.messages === 0 ? 0 : state.last_seq - state.first_seq + 1 },
    (_, i) => state.first_seq + i,
  );
  const entries = await inBatches(seqs, (seq) => ledger.read(stream, seq));
  return entries.filter((entry) => entry !== undefined);
}

async function inBatches<A, B>(list: readonly A[], fn: (item: A) => Promise<B>): Promise<B[]> {
  const results: B[] = [];
  for (let i = 0; i < list.length; i += AT_A_TIME) {
    results.push(...(await Promise.all(list.slice(i, i + AT_A_TIME).map(fn))));
  }
  return results;
}
