// Run by Vitest itself, which `testing/vitest.test.ts` calls.

import { expect, it } from "vitest";

import { Chan } from "../../src/index.js";
import { settle, toHaveNoWaiters } from "../../src/testing/index.js";

declare module "vitest" {
  interface Assertion {
    toHaveNoWaiters(): void;
  }
}

expect.extend({ toHaveNoWaiters });

it("toHaveNoWaiters is a matcher of Vitest", async () => {
  const ch = new Chan<number>();
  void ch.recv();

  expect(() => {
    expect(ch).toHaveNoWaiters();
  }).toThrow("expected that nobody waits, but Chan #1 has receivers: 1");

  ch.trySend(1);
  await settle();
  expect([ch]).toHaveNoWaiters();
});
