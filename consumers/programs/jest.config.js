// Every environment with every way to fake time before a test file is loaded, and each polyfill.

const everywhere = (name, config) =>
  ["node", "jsdom"].map((testEnvironment) => ({
    ...config,
    displayName: `${testEnvironment}, ${name}`,
    testEnvironment,
    testMatch: ["**/jest.hosts.js"],
  }));
const faked = (name, more) =>
  everywhere(name, { fakeTimers: { enableGlobally: true, ...more }, globals: { faked: true } });
const polyfilled = (name, polyfill) => everywhere(name, { setupFiles: [`./${polyfill}`] });

module.exports = {
  projects: [
    { displayName: "testing", testMatch: ["**/jest.test.js"] },
    ...everywhere("real time", {}),
    ...faked("faked"),
    ...faked("all faked but performance", { doNotFake: ["performance"] }),
    ...faked("all faked but the clocks", { doNotFake: ["performance", "Date"] }),
    ...faked("all faked but setImmediate", { doNotFake: ["setImmediate"] }),
    ...faked("faked, and advanced all the time", { advanceTimers: true }),
    ...faked("faked by mocks", { legacyFakeTimers: true }),
    ...polyfilled("with MessageChannel", "jest.message-channel.js"),
    ...polyfilled("with setImmediate", "jest.set-immediate.js"),
  ],
};
