import { expect } from "@jest/globals";

import { portOf } from "../../src/recv-face.js";

/** How many wait on the two sides of a channel. */
export function waiting(chan: unknown): { receivers: number; senders: number } {
  const port = portOf(chan);
  return { receivers: port?.receivers.length ?? NaN, senders: port?.senders?.length ?? 0 };
}

/** Fails if somebody waits in one of the channels. */
export function expectNobodyWaits(...chans: readonly unknown[]): void {
  for (const chan of chans) expect(waiting(chan)).toEqual({ receivers: 0, senders: 0 });
}
