/** @jest-config-loader-options {"transpileOnly": true} */
import type { Config } from "jest";
import { availableParallelism } from "node:os";

type Project = Exclude<NonNullable<Config["projects"]>[number], string>;

/**
 * Each has its own compiled sources. Those of a package are counted where its own tests run; the tests of what stands on
 * it need not pay for that.
 */
const projects = process.argv.includes("--coverage")
  ? [
      project("channel", []),
      project("{pool,threads,nats}", ["/packages/channel/"]),
      project("examples", ["/packages/"]),
    ]
  : [project("*", [])];

const config: Config = {
  projects,
  filter: "<rootDir>/tools/testing/rooms.cjs",
  testSequencer: "<rootDir>/tools/testing/sequencer.cjs",
  // No test waits for a clock, but the machine may be busy with something else.
  testTimeout: 60_000,
  // More than there are cores: some tests wait for processes and servers of their own.
  maxWorkers: availableParallelism() + 1,

  // Babel's: under that of V8 tests fail which look for garbage.
  coverageProvider: "babel",
  collectCoverageFrom: ["packages/{channel,pool,threads,nats}/src/**/*.ts"],
  coverageReporters: [["text", { skipFull: true }]],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
};

export default config;

/** The tests of some packages. Paths that match one of `notCounted` are not counted. */
function project(packages: string, notCounted: string[]): Project {
  return {
    roots: ["<rootDir>/packages", "<rootDir>/tools/testing"],
    testMatch: [`<rootDir>/packages/${packages}/test/**/*.test.ts`],
    testEnvironment: "<rootDir>/tools/testing/environment.cjs",
    // Packages import each other by name and get the sources: no test needs a build.
    testEnvironmentOptions: { customExportConditions: ["@chankit/source", "node", "node-addons"] },
    transform: { "^.+\\.ts$": ["ts-jest", { tsconfig: "<rootDir>/tsconfig.test.json" }] },
    // Sources name their neighbours "./x.js", as Node does; the file is ./x.ts.
    moduleNameMapper: {
      "^(\\.{1,2}/.*)\\.js$": "$1",
      "^typescript$": "<rootDir>/tools/testing/typescript.ts",
    },
    // A faked clock must not stop what carries the messages.
    fakeTimers: { doNotFake: ["queueMicrotask", "nextTick", "setImmediate"] },
    setupFilesAfterEnv: [
      "<rootDir>/tools/testing/second-try.ts",
      "<rootDir>/tools/testing/room.ts",
    ],
    coveragePathIgnorePatterns: notCounted,
  };
}
