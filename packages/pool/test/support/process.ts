import { runInThisContext } from "node:vm";

import { settle } from "./settle.js";

// In a test, `process` is Jest's copy of it, which is told nothing.
const realProcess = runInThisContext("process") as NodeJS.Process;

/** What the process is told as `event` by what `act` does; Jest, who would fail the test, is not. */
export async function toldToProcess(
  event: "unhandledRejection" | "warning",
  act: () => unknown,
): Promise<unknown[]> {
  const told: unknown[] = [];
  const others = realProcess.rawListeners(event) as (() => void)[];
  realProcess.removeAllListeners(event);
  realProcess.on(event, (what: unknown) => told.push(what));
  try {
    await act();
    await settle();
  } finally {
    realProcess.removeAllListeners(event);
    for (const listener of others) realProcess.on(event, listener);
  }
  return told;
}
