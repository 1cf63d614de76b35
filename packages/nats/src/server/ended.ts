// Whether a job has come to its end, and that it has failed: the latter is written after its result, maybe by another
// process.

import type { DoneHead, Ledger } from "./ledger.js";

/**
 * Whether there is a result: by a crew that died before it said so, or that has lost its lease. What should follow from
 * it is written.
 */
export async function hasEnded(ledger: Ledger, place: number): Promise<boolean> {
  const { names } = ledger;
  const head = await ledger.head<DoneHead>(names.done, names.subject("done", place));
  if (head?.status === "rejected") await writeFailed(ledger, place);
  return head !== undefined;
}

/** Writes that a job has failed. */
export async function writeFailed(ledger: Ledger, place: number): Promise<void> {
  const { names } = ledger;
  await ledger.write(names.fail, names.subject("fail", place), {});
}
