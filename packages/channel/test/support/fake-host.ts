// A process of its own for a copy of the debug entry: what it writes, and its end, as the test says.

import { jest } from "@jest/globals";
import { EventEmitter } from "node:events";
import { runInThisContext } from "node:vm";

import { settle } from "./settle.js";

export type Sighted = typeof import("../../src/index.js") &
  typeof import("../../src/debug/index.js");

const realProcess = runInThisContext("process") as NodeJS.Process;
const CELLS = [Symbol.for("chankit"), Symbol.for("@chankit/pool")];

/** What the entry sees of a process. */
export class FakeHost extends EventEmitter {
  exitCode: number | string | undefined = undefined;
  env: Record<string, string> = {};
  isTerminal = false;
  /** What was written on stderr. */
  stderr = "";
  /** What the next writes do instead. */
  readonly writes: (() => number)[] = [];
  /** Waits until all tasks of the copy wait: what it postpones, only it knows. */
  settle = settle;
  /** Modules that it does not have. */
  readonly missing: string[] = [];

  getBuiltinModule(name: string): unknown {
    if (this.missing.includes(name)) return undefined;
    if (name === "node:tty") return { isatty: () => this.isTerminal };
    if (name === "node:fs")
      return { writeSync: (_: number, bytes: Uint8Array) => this.#write(bytes) };
    return realProcess.getBuiltinModule(name as "fs");
  }

  /** Nothing is left to do: what a process does then. Gives the exit code. */
  async end(): Promise<number | string> {
    await this.settle();
    this.emit("beforeExit");
    await Promise.resolve();
    // What its listeners have set going.
    await this.settle();
    this.emit("exit", this.exitCode ?? 0);
    return this.exitCode ?? 0;
  }

  #write(bytes: Uint8Array): number {
    const instead = this.writes.shift()?.();
    const length = instead ?? bytes.length;
    this.stderr += new TextDecoder().decode(bytes.subarray(0, length));
    return length;
  }
}

/** Does `act` with a copy of the packages in a process of its own; `undefined`: there is none. */
export async function inHost(
  host: FakeHost | object | undefined,
  act: (copy: Sighted) => unknown,
  order: "before" | "after" = "before",
): Promise<void> {
  const process = Object.getOwnPropertyDescriptor(globalThis, "process") as PropertyDescriptor;
  const cells = globalThis as unknown as Record<symbol, unknown>;
  const before = CELLS.map((cell) => cells[cell]);
  try {
    for (const cell of CELLS) Reflect.deleteProperty(cells, cell);
    Object.defineProperty(globalThis, "process", { value: host, configurable: true });
    const loaded: object[] = [];
    await jest.isolateModulesAsync(async () => {
      const load = [() => import("../../src/debug/index.js"), () => import("../../src/index.js")];
      if (order === "after") load.reverse();
      for (const one of load) loaded.push(await one());
      const ofCopy = await import("../../src/testing/settle.js");
      if (host instanceof FakeHost) host.settle = ofCopy.settle;
    });
    Object.defineProperty(globalThis, "process", process);
    await act(Object.assign({}, ...loaded) as Sighted);
  } finally {
    Object.defineProperty(globalThis, "process", process);
    CELLS.forEach((cell, i) => (cells[cell] = before[i]));
  }
}
