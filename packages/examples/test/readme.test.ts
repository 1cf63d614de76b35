// The programs of all texts for readers: the README of the repository and of each package, and the guides.

import { readdirSync } from "node:fs";
import { join } from "node:path";

// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { afterEach, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { fakeProcess } from "./support/fake-process.js";
import { withoutWaiting } from "./support/faked-time.js";
import { run } from "./support/program.js";
import { compileErrors, programsOf } from "./support/sources.js";

const root = join(__dirname, "../../..");
// These have no program.
const tables = ["contract.md", "faults.md", "performance.md"];
// Those of these need a server.
const served = ["packages/nats/README.md", "docs/many-machines.md"];
// Its programs are several files each: the tests of the threads run them.
const threaded = "cpu-bound.md";
const guides = readdirSync(join(root, "docs")).filter(
  (name) =>
    name.endsWith(".md") &&
    ![...tables, threaded].includes(name) &&
    !served.includes(`docs/${name}`),
);
const texts = [
  "README.md",
  "packages/channel/README.md",
  "packages/pool/README.md",
  ...guides.map((name) => `docs/${name}`),
];

const codes = new Map(
  [...served, ...texts].map((path) => [path, programsOf(path).map(({ code }) => code)]),
);
let errors: Awaited<ReturnType<typeof compileErrors>>;

beforeAll(async () => {
  errors = await compileErrors(codes);
});

it.each([...codes.keys()])("%s has programs, and they compile", (path) => {
  expect(codes.get(path)).not.toEqual([]);
  expect(errors.get(path)).toEqual([]);
});

describe.each(texts)("%s", (path) => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(programsOf(path))("$title: prints what it says", async (program) => {
    expect(await withoutWaiting(run(program.code, { process: fakeProcess() }))).toBe(
      program.output,
    );
  });
});
