// The errors of channels, and how an error of user code is reported that no caller is there to get.

import { show } from "../util/inspect.js";

/**
 * A send on a closed channel, or a second close: what Go panics with.
 *
 * The message begins with Go's, "send on closed channel" or "close of closed channel"; the name of
 * the channel follows, if it has one. The value of a failed send was not delivered.
 */
export class ChannelClosedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_CHANNEL_CLOSED";

  // Set by hand: a minifier would rename the class, and the error with it.
  static {
    this.prototype.name = "ChannelClosedError";
  }
}

/** Reports what user code has thrown in the midst of ours, as the platform reports a listener's error. */
export function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** What a send gets when the channel `name` is closed, or becomes closed while it waits. */
export function sendOnClosed(name: string | undefined): ChannelClosedError {
  return new ChannelClosedError(`send on closed channel${quoted(name)}`);
}

/** What the second `close` gets. */
export function closeOfClosed(name: string | undefined): ChannelClosedError {
  return new ChannelClosedError(`close of closed channel${quoted(name)}`);
}

/** The name of a channel, to stand behind the word. */
export function quoted(name: string | undefined): string {
  return name === undefined ? "" : ` ${show(name)}`;
}
