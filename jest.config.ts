/** @jest-config-loader-options {"transpileOnly": true} */
import type { Config } from "jest";

const config: Config = {
  // Babel's: under that of V8 tests fail which look for garbage.
  coverageProvider: "babel",
  collectCoverageFrom: ["packages/{channel,pool,threads}/src/**/*.ts"],
  coverageReporters: [["text", { skipFull: true }]],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
  // Jest's own choice leaves a core to others: on two cores it would use one.
  maxWorkers: "100%",
  // No test waits for a clock, but the machine may be busy with something else.
  testTimeout: 60_000,
  projects: ["channel", "pool", "threads", "nats", "examples"].map((name) => ({
    displayName: name,
    rootDir: `<rootDir>/packages/${name}`,
    testEnvironment: "node",
    setupFilesAfterEnv: ["<rootDir>/../../tools/testing/second-try.ts"],
    testMatch: ["<rootDir>/test/**/*.test.ts"],
    transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/../../tsconfig.test.json" }] },
    // Packages import each other by name and get the sources: no test needs a build.
    testEnvironmentOptions: { customExportConditions: ["@chankit/source", "node", "node-addons"] },
    // Sources name their neighbours "./x.js", as Node does; the file is ./x.ts.
    moduleNameMapper: { "^(\\.{1,2}/.*)\\.js$": "$1" },
    // A faked clock must not stop what carries the messages.
    fakeTimers: { doNotFake: ["queueMicrotask", "nextTick", "setImmediate"] },
  })),
};

export default config;
