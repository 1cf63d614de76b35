// Every environment with every way to fake time before a test file is loaded, and each polyfill.

const everywhere = (name, config) =>
  ["node", "jsdom"].map((testEnvironment) => ({
    ...config,
    displayName: `${testEnvironment}, ${name}`,
    testEnvironment,
    testMatch: ["**/jest.hosts.js"],
  }));
// Where a clock that is faked stands still, `after` and `Ticker` are due to the millisecond.
const faked = (name, { isExact, ...more }) =>
  everywhere(name, {
    fakeTimers: { enableGlobally: true, ...more },
    globals: { fakes: { isExact } },
  });
const polyfilled = (name, polyfill) => everywhere(name, { setupFiles: [`./${polyfill}`] });

module.exports = {
  projects: [
    { displayName: "testing", testMatch: ["**/jest.test.js"] },
    ...everywhere("real time", {}),
    ...faked("faked", { isExact: true }),
    ...faked("all faked but performance", { isExact: true, doNotFake: ["performance"] }),
    ...faked("all faked but setImmediate", { isExact: true, doNotFake: ["setImmediate"] }),
    ...faked("all faked but the clocks", { doNotFake: ["performance", "Date"] }),
    ...faked("faked, and advanced all the time", { advanceTimers: true }),
    ...faked("faked by mocks", { legacyFakeTimers: true }),
    ...polyfilled("with MessageChannel", "jest.message-channel.js"),
    ...polyfilled("with setImmediate", "jest.set-immediate.js"),
  ],
};
