export default {
  test: {
    testTimeout: 60_000,
    // Where time is faked, it is before anything else is loaded.
    setupFiles: process.env.FAKES === undefined ? [] : ["./vitest.fakes.mjs"],
  },
};
