import { setImmediate } from "node:timers/promises";

import { jest } from "@jest/globals";

/** So many turns of the event loop are plenty for all that a program does until it waits for time. */
const TURNS = 100;

/** What `running` resolves to; whenever there is nothing else to do, the faked clock goes on. */
export async function withoutWaiting<T>(running: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const result = running.finally(() => {
    ended.abort();
  });
  while (!ended.signal.aborted) {
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
    await jest.advanceTimersToNextTimerAsync();
  }
  return result;
}
