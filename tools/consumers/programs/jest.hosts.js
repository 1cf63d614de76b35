const channel = require("@chankit/channel");
const testing = require("@chankit/channel/testing");
const pool = require("@chankit/pool");
const checks = require("./checks.cjs");

const { always, real } = checks;
/** Given by the project where time is faked from the start. */
const { fakes = undefined } = globalThis;
const faked = fakes === undefined || fakes.isExact ? checks.faked : {};
const jestsClock = {
  advance: (ms) => jest.advanceTimersByTimeAsync(ms),
  count: () => jest.getTimerCount(),
};

jest.setTimeout(60_000);

// What many do. A turn of ours that was lost with the fakes would be lost for good.
if (fakes !== undefined) afterEach(() => jest.clearAllTimers());

for (const [when, isFaked] of [
  ["at first", fakes !== undefined],
  ["the other way about", fakes === undefined],
  ["again", fakes !== undefined],
]) {
  describe(`${when}, with ${isFaked ? "faked" : "real"} time`, () => {
    beforeAll(() => {
      if (when === "at first") return;
      if (isFaked) jest.useFakeTimers();
      else jest.useRealTimers();
    });

    const host = isFaked ? jestsClock : globalThis;
    for (const check of Object.values({ ...always, ...(isFaked ? faked : real) })) {
      test(check.name, () => check(channel, testing, pool, host));
    }
  });
}
