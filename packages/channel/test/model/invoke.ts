// The calls of the model, made to real channels, and what comes of them in the model's words.

import { type Case as RealCase, send } from "../../src/select/cases.js";
import type { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { select, trySelect } from "../../src/select/select.js";
import type { Call, Case, Outcome } from "./model.js";

/** The real things that the numbers in a call stand for. */
export interface Things {
  readonly chans: readonly Chan<unknown>[];
  signal(number: number): AbortSignal;
  abort(signal: number): void;
}

/** What the signals are aborted with. */
export const REASON = "the reason";

/** Makes `call`: gives what it returns, or throws what it throws. */
export function invoke(call: Call, { chans, signal, abort }: Things): unknown {
  const options = call.signal === undefined ? {} : { signal: signal(call.signal) };
  switch (call.do) {
    case "recv":
      return chans[call.chan]!.recv(options);
    case "send":
      return chans[call.chan]!.send(call.value, options);
    case "tryRecv":
      return chans[call.chan]!.tryRecv();
    case "trySend":
      return chans[call.chan]!.trySend(call.value);
    case "select":
      return select(call.cases.map(real), options);
    case "trySelect":
      return trySelect(call.cases.map(real));
    case "close":
      chans[call.chan]!.close();
      return undefined;
    case "abort":
      abort(call.signal);
      return undefined;
  }

  function real(one: Case): RealCase {
    if (one === undefined) return undefined;
    const chan = chans[one.chan]!;
    return one.do === "send" ? send(chan, one.value) : chan;
  }
}

/** The outcome of a call that has returned `value`, or a promise that was fulfilled with it. */
export function fulfilled(call: Call, value: unknown): Outcome {
  if (call.do === "close" || call.do === "abort") return { what: "done" };
  if (call.do === "send" && value === undefined) return { what: "sent", key: 0 };
  if (call.do === "trySend" && typeof value === "boolean") {
    return value ? { what: "sent", key: 0 } : { what: "blocked" };
  }
  if (call.do.startsWith("try") && value === undefined) return { what: "blocked" };
  return "cases" in call ? chosen(call.cases, value as Chosen) : received(0, value as Received);
}

/** The outcome of a call that has thrown `reason`, or a promise that was rejected with it. */
export function rejected(reason: unknown): Outcome {
  if (reason === REASON) return { what: "aborted" };
  const isExpected = reason instanceof ChannelClosedError;
  return { what: "failed", error: isExpected ? reason.message : `not ours: ${String(reason)}` };
}

interface Received {
  readonly ok: boolean;
  readonly value: unknown;
  readonly done: boolean;
}

interface Chosen extends Received {
  readonly key: number;
}

function chosen(cases: readonly Case[], { key, ...rest }: Chosen): Outcome {
  if (cases[key]?.do === "recv") return received(key, rest);
  const { ok, value, done } = rest;
  if (cases[key] === undefined || !ok || value !== undefined || done) return malformed(rest);
  return { what: "sent", key };
}

function received(key: number, { ok, value, done }: Received): Outcome {
  if (ok === done || (done && value !== undefined)) return malformed({ ok, value, done });
  return ok ? { what: "received", key, value } : { what: "closed", key };
}

function malformed(value: unknown): Outcome {
  return { what: "failed", error: `not an outcome: ${JSON.stringify(value)}` };
}

/** Whether two outcomes are the same. */
export function isSame(a: Outcome, b: Outcome): boolean {
  const { what, key, value, error } = a as Partial<
    Record<"what" | "key" | "value" | "error", unknown>
  >;
  const other = b as typeof a & Partial<Record<"key" | "value" | "error", unknown>>;
  return what === other.what && key === other.key && value === other.value && error === other.error;
}
