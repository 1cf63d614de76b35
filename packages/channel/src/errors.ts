/**
 * A send on a closed channel, or a second close: what Go panics with.
 *
 * The message is Go's, "send on closed channel" or "close of closed channel". The value of a
 * failed send was not delivered.
 */
export class ChannelClosedError extends Error {
  /** For telling errors apart where `instanceof` cannot, across copies of the package. */
  readonly code = "ERR_CHANNEL_CLOSED";

  // Set by hand: a minifier would rename the class, and the error with it.
  static {
    this.prototype.name = "ChannelClosedError";
  }
}

/** Reports what somebody else's code has thrown in the midst of ours, as the platform reports a listener's error. */
export function report(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}

/** What a send gets when the channel is closed, or becomes closed while it waits. */
export function sendOnClosed(): ChannelClosedError {
  return new ChannelClosedError("send on closed channel");
}

/** What the second `close` gets. */
export function closeOfClosed(): ChannelClosedError {
  return new ChannelClosedError("close of closed channel");
}
