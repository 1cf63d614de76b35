import { isPostponing, nextTurn } from "../loop/outcomes.js";

/**
 * Waits until every task has either finished or waits: for a channel, a timer, a socket, for
 * anything that does not come about by itself. Go's `synctest.Wait`.
 *
 * It takes a turn of the event loop, or more where outcomes were postponed to later turns, so that
 * how fast the machine is makes no difference. Faked timers do not hold it up. It never rejects.
 *
 * @example
 * ```ts
 * const sent = chan.send(1); // nothing receives
 * await settle();
 * expect(worker.state).toBe("idle"); // it has had its chance
 * ```
 */
export async function settle(): Promise<void> {
  do await nextTurn();
  while (isPostponing());
}
