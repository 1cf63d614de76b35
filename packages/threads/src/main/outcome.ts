// What a thread tells of a call becomes the outcome of its promise.

import { uncloneable } from "../wire/errors.js";
import { decode, type Failure } from "../wire/failures.js";
import * as wire from "../wire/protocol.js";
import type { Call } from "./call.js";

/** Settles a call, unless it has settled. `outcome` is one of the words of `wire/protocol.ts`. */
export function settle(call: Call, outcome: unknown, value: unknown): void {
  switch (outcome) {
    case wire.VALUE:
      call.succeed(value);
      return;
    case wire.FAILURE:
      call.fail(thrownBy(call, value as Failure));
      return;
    case wire.UNCLONEABLE:
      call.fail(uncloneable(call.task, "what it returned", value as string));
      return;
    case wire.UNKNOWN:
      call.fail(
        new TypeError(
          `there is no task ${JSON.stringify(call.task)}; there are: ${value as string}`,
        ),
      );
  }
}

/** What a task threw, or that it cannot be cloned. */
function thrownBy(call: Call, failure: Failure): unknown {
  if (failure.kind === "uncloneable") return uncloneable(call.task, "what it threw", failure.why);
  return decode(failure);
}
