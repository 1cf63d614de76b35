// Hosts that lack something, or have something else in its place: globals are replaced for as long
// as a test needs them, since the package may look for them when it is loaded, or later.

import { jest } from "@jest/globals";
import { runInThisContext } from "node:vm";

export type Channels = typeof import("../../src/index.js") &
  typeof import("../../src/testing/settle.js");

export type Globals = Record<string, unknown>;

/** Where Node keeps its globals: a test has copies of them. */
export const outside = runInThisContext("globalThis") as typeof globalThis;

/** Does `act` with a copy of the package that finds these globals; `undefined`: it finds none. */
export async function inRealm(
  globals: Globals,
  act: (channels: Channels) => Promise<void>,
): Promise<void> {
  const originals = Object.keys(globals).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  try {
    for (const [name, value] of Object.entries(globals)) {
      if (value === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    let channels: Channels | undefined;
    await jest.isolateModulesAsync(async () => {
      channels = {
        ...(await import("../../src/index.js")),
        ...(await import("../../src/testing/settle.js")),
      };
    });
    await act(channels as Channels);
  } finally {
    for (const [name, original] of originals) {
      if (original !== undefined) Object.defineProperty(globalThis, name, original);
    }
  }
}
