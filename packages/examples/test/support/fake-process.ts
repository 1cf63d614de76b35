import { EventEmitter } from "node:events";

/** A `process` for programs: its signals are those that it sends to itself; Jest must not get them. */
export function fakeProcess() {
  const signals = new EventEmitter();
  return Object.assign(signals, { kill: (_pid: number, name: string) => signals.emit(name) });
}
