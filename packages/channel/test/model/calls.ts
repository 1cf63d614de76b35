// Short forms of calls and acts, for programs.

import type { Call, Case } from "./model.js";
import type { History } from "./history.js";
import type { Act, Process, Program } from "./processes.js";

export const [A, B, C] = [0, 1, 2] as const;

export const recv = (chan: number) => ({ do: "recv", chan }) as const;
export const send = (chan: number, value: unknown) => ({ do: "send", chan, value }) as const;
export const tryRecv = (chan: number): Call => ({ do: "tryRecv", chan });
export const trySend = (chan: number, value: unknown): Call => ({ do: "trySend", chan, value });
export const select = (...cases: Case[]): Call => ({ do: "select", cases });
export const trySelect = (...cases: Case[]): Call => ({ do: "trySelect", cases });
export const close = (chan: number): Call => ({ do: "close", chan });
export const abort = (signal: number): Call => ({ do: "abort", signal });

/** The call with a signal. */
export function abortable(signal: number, call: Call): Call {
  return { ...call, signal };
}

/** The call, for whose outcome the process does not wait. */
export function start(call: Call): Act {
  return { call, wait: false };
}

/** Aborts `signal`, of which another listener comes first and makes `call`. */
export function abortAfter(signal: number, call: Call): Act {
  return { call, inAbort: signal };
}

/** A process that makes these calls one after the other, whatever comes of them. */
export function* does(...acts: (Call | Act)[]): Process {
  for (const act of acts) yield "call" in act ? act : { call: act };
}

/** A program on channels of these capacities. */
export function program(
  guarantee: string,
  caps: readonly number[],
  processes: () => readonly Process[],
  holds: (history: History) => boolean,
): Program {
  return {
    guarantee,
    channels: caps.map((cap) => ({ cap })),
    start: () => ({ processes: Object.fromEntries(processes().entries()), holds }),
  };
}
