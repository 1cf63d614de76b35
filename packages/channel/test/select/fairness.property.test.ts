// How long one may have to wait. (That selects choose evenly: select.chances.test.ts computes it,
// select.fairness.test.ts samples it.)
//
// Replaced meanwhile: `WaitQueue.prototype.enqueue` (model/observe).

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import "../support/at-once.js";
import { numRuns } from "../model/always.js";
import { A, abort, abortable, B, recv, select, send } from "../model/calls.js";
import type { Call } from "../model/model.js";
import { play } from "../model/play.js";
import { readable } from "../model/random-program.js";

/** Ways to wait on one side of channel A, on which `send(B)` or `recv(B)` never comes first. */
const sides = {
  receivers: {
    ways: [recv(A), select(recv(A), recv(B)), select(undefined, recv(A), recv(A))],
    match: (i: number) => ({ do: "trySend", chan: A, value: `match ${i}` }) as const,
  },
  senders: {
    ways: [send(A, "v"), select(recv(B), send(A, "v")), select(send(A, "v"), send(A, "w"))],
    match: () => ({ do: "tryRecv", chan: A }) as const,
  },
};

describe("fairness", () => {
  it.each(["receivers", "senders"] as const)(
    "of %s that wait, one with p others before it is served by the p+1st that matches",
    async (side) => {
      const { ways, match } = sides[side];
      const waiter = fc.record({ call: fc.constantFrom<Call>(...ways), leaves: fc.boolean() });
      const property = fc.asyncProperty(fc.array(waiter, { maxLength: 200 }), async (waiters) => {
        const calls: Call[] = [
          ...waiters.map(({ call }, i) => abortable(i, call)),
          ...waiters.flatMap(({ leaves }, i) => (leaves ? [abort(i)] : [])),
          ...waiters.map((_, i) => match(i)),
        ];
        const acts = calls.map((call) => ({ call }));
        const program = readable({ channels: [{ cap: 0 }, { cap: 0 }], acts });

        const { events, settled } = await play(program);

        const remained = events.slice(0, waiters.length).filter((_, i) => !waiters[i]!.leaves);
        const matches = events.slice(calls.length - waiters.length, calls.length);
        const served = settled.filter(({ outcome }) => outcome !== undefined && "key" in outcome);
        // A waiter that is woken settles just before the operation that has woken it.
        expect(served).toEqual(remained.flatMap((event, i) => [event, matches[i]]));
      });

      await fc.assert(property, { numRuns });
    },
  );
});
