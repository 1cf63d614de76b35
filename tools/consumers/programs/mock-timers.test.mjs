// Under the fake timers of node:test, faked before the packages are loaded.

import { createRequire } from "node:module";
import { mock, test } from "node:test";

const { always, faked, real } = createRequire(import.meta.url)("./checks.cjs");

mock.timers.enable();
const packages = [
  await import("@chankit/channel"),
  await import("@chankit/channel/testing"),
  await import("@chankit/pool"),
];
const { settle } = packages[1];
const fakes = {
  // Its ticks are synchronous: tasks must have their turn between one and the next.
  advance: async (ms) => {
    await settle();
    for (let left = ms; left > 0; left -= 1000) {
      mock.timers.tick(Math.min(left, 1000));
      await settle();
    }
  },
  // It does not tell.
  count: () => 0,
};

for (const check of Object.values({ ...always, ...faked })) {
  test(check.name, () => check(...packages, fakes));
}

test("when time is real afterwards", async () => {
  mock.timers.reset();
  for (const check of Object.values({ ...always, ...real })) await check(...packages, globalThis);
});
