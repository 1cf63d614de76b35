// Random schedules: what is done to a pool, as data that shrinks and that one can read.

import * as fc from "fast-check";

import { type VerbName, verbNames } from "./verbs.js";

/** How a job ends: at once or when the schedule says so; or what it does to its pool before. */
export type Ending =
  | "returns"
  | "throws"
  | "resolves"
  | "rejects"
  | "when told"
  | "fails when told"
  | "queues another"
  | "grows the pool"
  | VerbName;

/** What can be done to a pool. `nth` chooses among those that it can be done to. */
export type Action =
  | {
      readonly do: "queue" | "submit" | "trySubmit";
      readonly ends: Ending;
      readonly signal: boolean;
    }
  | { readonly do: "tryQueue"; readonly ends: Ending }
  | { readonly do: "retrieve"; readonly signal: boolean }
  | { readonly do: "tryRetrieve" | VerbName }
  | { readonly do: "resize"; readonly to: number }
  | { readonly do: "end" | "cancel" | "abort worker"; readonly nth: number };

/** An action, or a pause: until one microtask has run, or until all have. */
type Command = Action | { readonly do: "microtask" } | { readonly do: "settle" };

/** The options of a pool, and what is done to it. */
export interface Schedule {
  readonly workers: number;
  readonly queueSize: number;
  readonly finishedSize: number;
  readonly commands: readonly Command[];
}

const alone: Ending[] = ["returns", "throws", "resolves", "rejects", "fails when told"];
const told: Ending[] = ["when told", "when told", "when told"];
const onThePool: Ending[] = ["queues another", "grows the pool", ...verbNames];

/** Schedules. In `fine` ones there are pauses of one microtask, and jobs that act on their pool. */
export function schedules(grain: "coarse" | "fine"): fc.Arbitrary<Schedule> {
  const ends = fc.constantFrom(...alone, ...told, ...(grain === "fine" ? onThePool : []));
  const signal = fc.boolean();
  const nth = fc.nat(9);
  const command = fc.oneof(
    weighted(4, { do: fc.constant("queue"), ends, signal }),
    weighted(4, { do: fc.constant("submit"), ends, signal }),
    weighted(2, { do: fc.constant("trySubmit"), ends, signal }),
    weighted(2, { do: fc.constant("tryQueue"), ends }),
    weighted(2, { do: fc.constant("retrieve"), signal }),
    weighted(2, { do: fc.constant("tryRetrieve") }),
    weighted(4, { do: fc.constant("end"), nth }),
    weighted(4, { do: fc.constant("cancel"), nth }),
    weighted(1, { do: fc.constant("abort worker"), nth }),
    weighted(2, { do: fc.constant("resize"), to: fc.integer({ min: 1, max: 4 }) }),
    weighted(1, { do: fc.constantFrom(...verbNames) }),
    weighted(5, { do: fc.constant("settle") }),
    weighted(grain === "fine" ? 8 : 0, { do: fc.constant("microtask") }),
  );
  const size = fc.constantFrom(0, 1, 2, Infinity);
  return fc.record({
    workers: fc.integer({ min: 1, max: 3 }),
    queueSize: size,
    finishedSize: size,
    commands: fc.array(command, { maxLength: 40, size: "max" }),
  });
}

function weighted(weight: number, model: Record<string, fc.Arbitrary<unknown>>) {
  return { weight, arbitrary: fc.record(model) as fc.Arbitrary<unknown> as fc.Arbitrary<Command> };
}
