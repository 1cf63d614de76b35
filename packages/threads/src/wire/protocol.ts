// What main and a thread say to each other. Both are of one version: a bundle, or the copy that both load.
//
// Main makes the worker, and posts a Hello to it with one end of a channel of messages, on which all
// the rest is said. To the thread go arrays that begin with their kind:
//
//   [CALLS, page, slot, task, input, slot, task, input …]    page: more shared memory, or undefined
//   [ABORT, slot, reason]                                    a begun call is aborted
//   [LINKED, page, slot, task, input, words, ends]           a call with channels, which has its own message
//   [CHANNEL, slot, end, kind, value, turn]                  of one of these channels, see links.ts
//
// From the thread come arrays that begin with how many calls it has taken out of all that it was sent,
// in their order, begun or passed over. When it says as many as it was sent, it is back in its loop.
//
//   [taken, slot, outcome, value, slot, outcome, value …]
//
// Each call has a slot, a word of shared memory. The thread begins it by exchanging SENT for BEGUN,
// main withdraws it by exchanging SENT for REVOKED: exactly one of the two happens. A slot is given
// to another call only after the thread has told its outcome. Without shared memory (slots are but
// numbers then) what was sent counts as begun.

/** A word of shared memory: main has sent the call. */
export const SENT = 0;
/** The thread has begun it. */
export const BEGUN = 1;
/** Main has withdrawn it. */
export const REVOKED = 2;
/** Begun, and aborted since. */
export const ABORTED = 3;

/** What a message to the thread begins with: calls follow. */
export const CALLS = 0;
/** A call is aborted. */
export const ABORT = 1;

/** A call with channels. */
export const LINKED = 2;
/** Something of a channel of a call. */
export const CHANNEL = 3;

/** What came of a call: the value that it gave. */
export const VALUE = 0;
/** It threw: the value is a failure in the sense of failures.ts. */
export const FAILURE = 1;
/** It was revoked, and the thread has passed over it. */
export const PASSED = 2;
/** What it returned cannot be cloned: the value says why. */
export const UNCLONEABLE = 3;
/** There is no such task: the value is the list of those that there are. */
export const UNKNOWN = 4;

/** Not its outcome, but something of one of its channels: the value is a message of links.ts. */
export const LINK = 5;

/** How many words a page of shared memory has. A power of two. */
export const PAGE = 1024;

/** What tells a Hello from messages of others; by it Node's environment data tells a thread that it is ours. */
export const MARK = "@chankit/threads";

/** The first message to a worker. */
export interface Hello {
  readonly [MARK]: true;
  /** The number of the thread. */
  readonly thread: number;
  readonly port: MessagePort;
  /** Whether calls have words in shared memory. */
  readonly isShared: boolean;
}

/** Makes a Hello. */
export function helloOf(thread: number, port: MessagePort, isShared: boolean): Hello {
  return { [MARK]: true, thread, port, isShared };
}

/** Whether a message that a worker got is for us. */
export function isHello(message: unknown): message is Hello {
  return typeof message === "object" && message !== null && Object.hasOwn(message, MARK);
}
