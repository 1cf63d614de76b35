/* global faked */
const channel = require("@chankit/channel");
const testing = require("@chankit/channel/testing");
const { WorkerPool } = require("@chankit/pool");
const checks = require("./checks.cjs");

const packages = [channel, testing, { WorkerPool }];
const isFaked = globalThis.faked === true;
const followsClock = isFaked && Date.now.name !== "now";

jest.setTimeout(60_000);

// What many do. A turn of ours that was lost with the fakes would be lost for good.
if (isFaked) afterEach(() => jest.clearAllTimers());

for (const when of ["at first", "with all timers cleared"]) {
  describe(when, () => {
    for (const check of Object.values(checks.always)) {
      test(check.name, () => check(...packages));
    }
    for (const check of Object.values(isFaked ? checks.faked : checks.real)) {
      const host = isFaked ? fakes() : globalThis;
      test(check.name, () => check(...packages, host));
    }
  });
}

if (isFaked) {
  test("when time is real in between", async () => {
    jest.useRealTimers();
    for (const check of Object.values(checks.always)) await check(...packages);
    for (const check of Object.values(checks.real)) await check(...packages, globalThis);
    jest.useFakeTimers();
    for (const check of Object.values(checks.always)) await check(...packages);
    await checks.faked.obey(...packages, fakes());
  });
} else {
  test("when time is faked in between", async () => {
    jest.useFakeTimers();
    for (const check of Object.values(checks.always)) await check(...packages);
    await checks.faked.obey(...packages, fakes());
    jest.useRealTimers();
    for (const check of Object.values(checks.always)) await check(...packages);
    for (const check of Object.values(checks.real)) await check(...packages, globalThis);
  });
}

function fakes() {
  return {
    advance: (ms) => jest.advanceTimersByTimeAsync(ms),
    count: () => jest.getTimerCount(),
  };
}
