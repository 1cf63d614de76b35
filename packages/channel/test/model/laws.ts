// Laws of what goes through channels, of any run that is over.

import { caseOf, type History, offered, received, sent, trace, type Transfer } from "./history.js";

export type Law = (history: History) => boolean;

/** Fails, and shows what has happened, unless all `laws` hold. */
export function expectLaws(history: History, laws: Readonly<Record<string, Law>>): void {
  for (const [name, law] of Object.entries(laws)) {
    if (!law(history)) throw new Error(`${name} is false:\n${trace(history)}`);
  }
}

/** What was sent was received, or is in the buffer. */
export function losesNothing(history: History): boolean {
  const arrived = new Set([...received(history), ...buffered(history)].map(nameOf));
  return sent(history).every((transfer) => arrived.has(nameOf(transfer)));
}

/** What was received, or is in the buffer, was sent, and is there once. */
export function inventsNothing(history: History): boolean {
  const arrived = [...received(history), ...buffered(history)].map(nameOf);
  const known = new Set(sent(history).map(nameOf));
  return new Set(arrived).size === arrived.length && arrived.every((one) => known.has(one));
}

/** Every channel hands out its values in the order in which their sends were called. */
export function keepsOrder(history: History): boolean {
  const turn = new Map(offered(history).map((transfer, i) => [nameOf(transfer), i]));
  const last: number[] = [];
  return [...received(history), ...buffered(history)].every((transfer) => {
    const now = turn.get(nameOf(transfer)) ?? NaN;
    const inOrder = now > (last[transfer.chan] ?? -1);
    last[transfer.chan] = now;
    return inOrder;
  });
}

/** Of two that receive from a channel, or send to it, the first to call is served first. */
export function nobodyOvertakes({ events, settled }: History): boolean {
  const turns = new Map(events.map((event, i) => [event, i]));
  const last = new Map<string, number>();
  return settled.every((event) => {
    const { call, outcome } = event;
    if (outcome === undefined || !("key" in outcome)) return true;
    const side = `${caseOf(call, outcome.key).chan} ${outcome.what === "sent" ? "in" : "out"}`;
    const turn = turns.get(event) ?? NaN;
    const isLater = turn > (last.get(side) ?? -1);
    last.set(side, turn);
    return isLater;
  });
}

function buffered(history: History): Transfer[] {
  return history.buffered.flatMap((values, chan) => values.map((value) => ({ chan, value })));
}

function nameOf({ chan, value }: Transfer): string {
  return `${chan} ${String(value)}`;
}
