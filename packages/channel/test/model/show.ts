// Calls and outcomes as text, for messages.

import type { Call, Case, Outcome } from "./model.js";

/** "send b 3", "select { recv a | send b 3 }": channels are a, b, c, signals are numbers. */
export function show(call: Call): string {
  const signal = "signal" in call && call.do !== "abort" ? ` (signal ${call.signal})` : "";
  switch (call.do) {
    case "select":
    case "trySelect":
      return `${call.do} { ${call.cases.map(showCase).join(" | ")} }${signal}`;
    case "abort":
      return `abort ${call.signal}`;
    case "send":
    case "trySend":
      return `${call.do} ${name(call.chan)} ${String(call.value)}${signal}`;
    default:
      return `${call.do} ${name(call.chan)}${signal}`;
  }
}

function showCase(one: Case): string {
  return one === undefined ? "off" : show(one);
}

function name(chan: number): string {
  return "abcdefgh"[chan] ?? `#${chan}`;
}

/** "received 3 by case 0". */
export function showOutcome(outcome: Outcome): string {
  const key = "key" in outcome ? ` by case ${outcome.key}` : "";
  const value = outcome.what === "received" ? ` ${String(outcome.value)}` : "";
  const error = outcome.what === "failed" ? `: ${outcome.error}` : "";
  return outcome.what + value + error + key;
}
