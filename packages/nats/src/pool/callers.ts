// Those that have a job for the pool, and whose jobs travel together.

import type { AbortRegistration } from "@chankit/channel";

/** A caller. */
export interface Caller {
  readonly frame: Uint8Array;
  readonly msgID: string;
  readonly signal: AbortSignal | undefined;
  /** Of `tryQueue`: it takes no for an answer. */
  readonly tries: boolean;
  readonly settle: (accepted: boolean) => void;
  readonly fail: (error: unknown) => void;
  link?: AbortRegistration;
  /** The server is being asked about the job, and may have it: so it is not ours to refuse. */
  isAsked: boolean;
  /** The server was not asked yet, and may have a job with this id, which was given: then there is no need for room. */
  isNew: boolean;
}

/** So many jobs are offered at a time, and so many bytes. */
export const BATCH = 64;
const BATCH_BYTES = 256 * 1024;
/** There is room for an id of such a length in every message. */
const LONGEST_ID = 1000;

/** The first callers of a line, whose jobs may travel together; one at least. */
export function together(line: Iterable<Caller>, room: number): readonly Caller[] {
  const some: Caller[] = [];
  let bytes = 0;
  for (const caller of line) {
    bytes += caller.frame.length;
    // A message also bears the id of the one before it.
    const before = some.at(-1)?.msgID.length ?? 0;
    if (some.length > 0 && (bytes > BATCH_BYTES || before > LONGEST_ID)) break;
    some.push(caller);
    if (some.length === Math.min(room, BATCH)) break;
  }
  return some;
}

/** Throws if the caller does not wait any more. */
export function checkOf({ signal }: Caller): () => void {
  return () => {
    // Not every signal can do this by itself.
    if (signal?.aborted === true) throw signal.reason;
  };
}
