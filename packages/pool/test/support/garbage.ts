import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { nextTurn } from "./settle.js";

setFlagsFromString("--expose-gc");
const gc = runInNewContext("gc") as () => void;

/** Whether nothing holds the target of `ref` any more. */
export async function isGarbage(ref: WeakRef<object>): Promise<boolean> {
  for (let attempt = 0; attempt < 10; attempt++) {
    // A target that was looked at lives until the end of the turn.
    await nextTurn();
    gc();
    if (ref.deref() === undefined) return true;
  }
  return false;
}
