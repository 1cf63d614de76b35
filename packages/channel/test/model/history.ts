// What has happened in a run, for laws that need no model. Values must be unique.

import type { Call, Outcome } from "./model.js";
import { show, showOutcome } from "./show.js";

/** A call, and what has become of it. */
export interface Event {
  /** Which process has made it, if there are several. */
  readonly process?: string;
  readonly call: Call;
  outcome?: Outcome;
}

export interface History {
  /** In the order of the calls. */
  readonly events: readonly Event[];
  /** Those that have settled, in that order. */
  readonly settled: readonly Event[];
  /** What is left in the buffer of each channel. */
  readonly buffered: readonly (readonly unknown[])[];
}

/** A value that went into a channel, or came out of it. */
export interface Transfer {
  readonly chan: number;
  readonly value: unknown;
}

/** What was sent, in the order in which the sends settled. */
export function sent({ settled }: History): Transfer[] {
  return settled.flatMap(({ call, outcome }) => {
    if (outcome?.what !== "sent") return [];
    const one = caseOf(call, outcome.key);
    return "value" in one ? [one] : [];
  });
}

/** What was received, in the order in which the receives settled. */
export function received({ settled }: History): Transfer[] {
  return settled.flatMap(({ call, outcome }) =>
    outcome?.what === "received" ? [{ ...caseOf(call, outcome.key), value: outcome.value }] : [],
  );
}

/** All that was to be sent, in the order of the calls. */
export function offered({ events }: History): Transfer[] {
  return events.flatMap(({ call }) => casesOf(call)).filter((one) => "value" in one);
}

/** The cases of a call that are not switched off; a plain operation is one. */
export function casesOf(call: Call): (Transfer | { readonly chan: number })[] {
  if (call.do === "close" || call.do === "abort") return [];
  return "cases" in call ? call.cases.filter((one) => one !== undefined) : [call];
}

/** How many operations ended so. */
export function count({ events }: History, what: Outcome["what"] | undefined): number {
  return events.filter(({ outcome }) => outcome?.what === what).length;
}

/** The history as text, a call a line. */
export function trace({ events }: History): string {
  return events
    .map(({ process, call, outcome }) => {
      const became = outcome === undefined ? "waits" : showOutcome(outcome);
      return `${process === undefined ? "" : `${process}: `}${show(call)} -> ${became}`;
    })
    .join("\n");
}

/** Case `key` of a call. */
export function caseOf(call: Call, key: number): Transfer | { readonly chan: number } {
  return ("cases" in call ? call.cases[key] : call) as Transfer;
}
