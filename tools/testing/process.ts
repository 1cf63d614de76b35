// What the process is told while a test runs. The listeners of the real process are replaced meanwhile.

import { runInThisContext } from "node:vm";

import { settle } from "../../packages/channel/src/testing/settle.js";

// Inside a test `process` is Jest's copy, to which nothing is ever told.
const realProcess = runInThisContext("process") as NodeJS.Process;

/**
 * Does `act`, and gives what the process was told as `event` until everything had settled; `onTold`
 * is called at each time. Jest's own listener, which would fail the test, is away meanwhile.
 */
export async function collect(
  event: "unhandledRejection" | "uncaughtException" | "warning",
  act: () => unknown,
  onTold?: () => void,
): Promise<unknown[]> {
  const told: unknown[] = [];
  const listeners = realProcess.rawListeners(event);
  realProcess.removeAllListeners(event);
  realProcess.on(event, (what: unknown) => {
    told.push(what);
    onTold?.();
  });
  try {
    await act();
  } finally {
    await settle();
    realProcess.removeAllListeners(event);
    for (const listener of listeners) realProcess.on(event, listener as () => void);
  }
  return told;
}
