import { portOf } from "../../src/chan/recv-base.js";

export { expectNoWaiters as expectNobodyWaits } from "../../src/testing/waiters.js";

/** How many wait on the two sides of a channel. */
export function waiting(chan: unknown): { receivers: number; senders: number } {
  const port = portOf(chan) as Partial<ReturnType<typeof portOf>>;
  return { receivers: port?.receivers?.length ?? NaN, senders: port?.senders?.length ?? 0 };
}
