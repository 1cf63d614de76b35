import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { nextTurn } from "./settle.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Whether nothing holds the targets of `refs` any more. */
export async function isGarbage(...refs: readonly WeakRef<object>[]): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    // A target that was looked at lives until the end of the turn.
    await nextTurn();
    gc();
    if (refs.every((ref) => ref.deref() === undefined)) return true;
  }
  return false;
}
