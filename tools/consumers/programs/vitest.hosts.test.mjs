import { createRequire } from "node:module";
import * as channel from "@chankit/channel";
import * as testing from "@chankit/channel/testing";
import * as pool from "@chankit/pool";
import { afterEach, test, vi } from "vitest";

const checks = createRequire(import.meta.url)("./checks.cjs");
const fakes = {
  advance: (ms) => vi.advanceTimersByTimeAsync(ms),
  count: () => vi.getTimerCount(),
};
const isFaked = vi.isFakeTimers();

if (isFaked) afterEach(() => vi.clearAllTimers());

for (const [when, fake] of [
  ["at first", isFaked],
  ["the other way about", !isFaked],
  ["again", isFaked],
]) {
  const { always, faked, real } = checks;
  for (const check of Object.values({ ...always, ...(fake ? faked : real) })) {
    test(`${check.name} ${when}`, async () => {
      if (fake && !vi.isFakeTimers()) vi.useFakeTimers();
      else if (!fake) vi.useRealTimers();
      await check(channel, testing, pool, fake ? fakes : globalThis);
    });
  }
}
