// Time that passes when the test says so.

import { jest } from "@jest/globals";

import { settle } from "./settle.js";

export { fakeTime } from "../../../../tools/testing/faked-time.js";

/** Lets `ms` milliseconds pass, and then all happen that can. */
export async function pass(ms: number): Promise<void> {
  await settle();
  jest.advanceTimersByTime(ms);
  await settle();
}
