const { join } = require("node:path");

// As in jest.config.ts, but for one project, and without type checks.
module.exports = {
  rootDir: join(__dirname, "../.."),
  roots: ["<rootDir>/tools/mutation", "<rootDir>/packages"],
  testMatch: ["<rootDir>/tools/mutation/every.test.js"],
  testEnvironment: join(__dirname, "environment.js"),
  testEnvironmentOptions: { customExportConditions: ["@chankit/source", "node", "node-addons"] },
  transform: {
    "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.test.json", diagnostics: false }],
  },
  moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
  fakeTimers: { doNotFake: ["queueMicrotask", "nextTick", "setImmediate"] },
};
