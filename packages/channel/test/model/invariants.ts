import type { Channel, State, Waiting } from "./model.js";

/** Whether a state is one that channels may be in. */
export function isSound({ channels, waiting }: State): boolean {
  return (
    channels.every(isSoundChannel) &&
    channels.every(({ senders, receivers }) =>
      [...senders, ...receivers].every(({ op }) => waiting.some((one) => one.op === op)),
    )
  );
}

function isSoundChannel({ cap, closed, buffer, senders, receivers }: Channel): boolean {
  return (
    buffer.length <= cap &&
    // Statements 20 and 21 of Go's: nothing waits for what is there.
    (senders.length === 0 || receivers.length === 0 || isOneSelect(senders, receivers)) &&
    (receivers.length === 0 || buffer.length === 0) &&
    (senders.length === 0 || buffer.length === cap) &&
    (!closed || senders.length + receivers.length === 0)
  );
}

/** Only those of one select wait on both sides. */
function isOneSelect(senders: readonly Waiting[], receivers: readonly Waiting[]): boolean {
  const ops = new Set([...senders, ...receivers].map((one) => one.op));
  return ops.size === 1;
}
