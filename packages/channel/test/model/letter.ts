import type { Call } from "./model.js";
import { show } from "./show.js";

/** A call, perhaps made by a listener of a signal that is aborted, before those of the package. */
export interface Letter {
  readonly call: Call;
  readonly inAbort?: number | undefined;
}

/** "send a 3", "abort 2, and in it: send a 3". */
export function showLetter({ call, inAbort }: Letter): string {
  return inAbort === undefined ? show(call) : `abort ${inAbort}, and in it: ${show(call)}`;
}
