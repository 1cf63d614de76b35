// What is garbage, and what memory is in use.

import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Whether nothing keeps alive what the `refs` refer to. What made it must have returned. */
export async function isGarbage(...refs: readonly WeakRef<object>[]): Promise<boolean> {
  for (let attempt = 0; attempt < 5; attempt++) {
    // Within a turn of the loop a WeakRef keeps alive what it was asked for.
    await setImmediate();
    gc();
    if (refs.every((ref) => ref.deref() === undefined)) return true;
  }
  return false;
}

/** How many bytes are in use, without garbage, give or take a few hundred thousand. */
export async function bytesInUse(): Promise<number> {
  for (let round = 0; round < 2; round++) {
    await setImmediate();
    gc();
  }
  return process.memoryUsage().heapUsed;
}
