// Loads the test files that run together with the one that Jest knows of (see rooms.cjs), each in a block and
// with modules of its own, so that hooks, and what a module knows, stay in their file.

import { describe, expect, jest } from "@jest/globals";
import { basename } from "node:path";

const { testPath } = expect.getState();
const rooms = JSON.parse(process.env["CHANKIT_ROOMS"] ?? "[]") as readonly (readonly string[])[];
const files = rooms.find(([first]) => first === testPath) ?? [];
const { performance } = globalThis;

if (files.length > 1) files.forEach(load);

function load(path: string): void {
  describe(basename(path), () => {
    // What is loaded here is not loaded again when Jest comes to the file itself.
    if (path === testPath) jest.requireActual(path);
    else jest.isolateModules(() => void jest.requireActual(path));
  });
  // Some replace the clock that the packages find when they are loaded.
  Object.defineProperty(globalThis, "performance", { configurable: true, value: performance });
}
