import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import "./support/still-clock.js";
import { WaitGroup } from "../src/wait-group.js";
import { numRuns } from "./model/always.js";
import { microtask } from "./support/microtask.js";

type Act =
  | { readonly do: "add"; readonly n: number }
  | { readonly do: "done" | "tick" }
  | { readonly do: "wait" | "abort"; readonly signal: number };

const signal = fc.nat(3);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("add" as const), n: fc.integer({ min: -3, max: 3 }) }),
    fc.constant({ do: "done" as const }),
    fc.constant({ do: "tick" as const }),
    fc.record({ do: fc.constant("wait" as const), signal }),
    fc.record({ do: fc.constant("abort" as const), signal }),
  ),
  { maxLength: 1000, size: "max" },
);

describe("WaitGroup", () => {
  it("W1: `count` is what was added less what was done, and waits end when it is 0, and only then, in order", async () => {
    const property = fc.asyncProperty(acts, async (program) => {
      const group = new WaitGroup();
      const controllers = Array.from({ length: 4 }, () => new AbortController());
      let count = 0;
      let waiting: { id: number; signal: number }[] = [];
      const [ended, shouldHaveEnded]: [string[], string[]] = [[], []];
      const add = (n: number): void => {
        if (count + n < 0) return;
        count += n;
        if (count > 0) return;
        shouldHaveEnded.push(...waiting.map(({ id }) => `${id} done`));
        waiting = [];
      };

      for (const [id, act] of program.entries()) {
        switch (act.do) {
          case "add":
            attempt(
              () => {
                group.add(act.n);
              },
              count + act.n >= 0,
            );
            add(act.n);
            break;
          case "done":
            attempt(() => {
              group.done();
            }, count > 0);
            add(-1);
            break;
          case "wait":
            void group.wait({ signal: controllers[act.signal]!.signal }).then(
              () => ended.push(`${id} done`),
              () => ended.push(`${id} aborted`),
            );
            if (controllers[act.signal]!.signal.aborted) shouldHaveEnded.push(`${id} aborted`);
            else if (count === 0) shouldHaveEnded.push(`${id} done`);
            else waiting.push({ id, signal: act.signal });
            break;
          case "abort": {
            controllers[act.signal]!.abort();
            const gone = waiting.filter((one) => one.signal === act.signal);
            shouldHaveEnded.push(...gone.map((one) => `${one.id} aborted`));
            waiting = waiting.filter((one) => one.signal !== act.signal);
            controllers[act.signal] = new AbortController();
            break;
          }
          case "tick":
            await microtask();
            expect(ended).toEqual(shouldHaveEnded);
        }
        expect(group.count).toBe(count);
      }
    });

    await fc.assert(property, { numRuns });
  });
});

function attempt(act: () => void, mayBeDone: boolean): void {
  if (mayBeDone) act();
  else expect(act).toThrow(new RangeError("negative WaitGroup counter"));
}
