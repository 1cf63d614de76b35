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

/** What a job has besides its end. */
export interface Extras {
  readonly priority: number;
  /** How many of its tries fail before it comes to its end. */
  readonly failures: number;
  /** How often it may be tried again, and after how many milliseconds; without, the policy gives up. */
  readonly retry: { readonly times: number; readonly ms: number | undefined } | undefined;
  readonly timeout: number | undefined;
}

/** What can be done to a pool. `nth` chooses among those that it can be done to. */
export type Action =
  | {
      readonly do: "queue" | "submit" | "trySubmit";
      readonly ends: Ending;
      readonly signal: boolean;
      readonly extras: Extras;
    }
  | { readonly do: "tryQueue"; readonly ends: Ending; readonly extras: Extras }
  | { readonly do: "retrieve"; readonly signal: boolean }
  | { readonly do: "tryRetrieve" | "idle" | "pause" | "resume" | VerbName }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "resize"; readonly to: number }
  | { readonly do: "end" | "cancel" | "abort worker"; readonly nth: number };

/** An action, or a pause: until one microtask has run, or until all have. */
type Command = Action | { readonly do: "microtask" } | { readonly do: "settle" };

/** The options of a pool, and what is done to it. */
export interface Schedule {
  readonly workers: number;
  readonly queueSize: number;
  readonly finishedSize: number;
  readonly discardResults: boolean;
  readonly ageing: number;
  readonly commands: readonly Command[];
}

/** Nothing. */
export const PLAIN: Extras = { priority: 0, failures: 0, retry: undefined, timeout: undefined };

const special: fc.Arbitrary<Extras> = fc.record({
  priority: fc.constantFrom(0, 0, 1, 2, -1),
  failures: fc.constantFrom(0, 0, 1, 2),
  retry: fc.option(
    fc.record({
      times: fc.constantFrom(0, 1, 2, 3),
      ms: fc.constantFrom(0, 10, 20, undefined),
    }),
    { nil: undefined },
  ),
  timeout: fc.constantFrom(undefined, 10, 20, Infinity),
});

const alone: Ending[] = ["returns", "throws", "resolves", "rejects", "fails when told"];
const told: Ending[] = ["when told", "when told", "when told"];
const onThePool: Ending[] = ["queues another", "grows the pool", ...verbNames];

/** Schedules. In `fine` ones there are pauses of one microtask, and jobs that act on their pool. */
export function schedules(grain: "coarse" | "fine"): fc.Arbitrary<Schedule> {
  const ends = fc.constantFrom(...alone, ...told, ...(grain === "fine" ? onThePool : []));
  const signal = fc.boolean();
  const extras = fc.oneof(
    { weight: 2, arbitrary: fc.constant(PLAIN) },
    { weight: 3, arbitrary: special },
  );
  const nth = fc.nat(9);
  const command = fc.oneof(
    weighted(4, { do: fc.constant("queue"), ends, signal, extras }),
    weighted(4, { do: fc.constant("submit"), ends, signal, extras }),
    weighted(2, { do: fc.constant("trySubmit"), ends, signal, extras }),
    weighted(2, { do: fc.constant("tryQueue"), ends, extras }),
    weighted(2, { do: fc.constant("retrieve"), signal }),
    weighted(2, { do: fc.constant("tryRetrieve") }),
    weighted(4, { do: fc.constant("end"), nth }),
    weighted(4, { do: fc.constant("cancel"), nth }),
    weighted(1, { do: fc.constant("abort worker"), nth }),
    weighted(2, { do: fc.constant("resize"), to: fc.integer({ min: 1, max: 4 }) }),
    weighted(1, { do: fc.constantFrom(...verbNames) }),
    weighted(3, { do: fc.constant("pass"), ms: fc.constantFrom(5, 10, 10, 20) }),
    weighted(2, { do: fc.constant("idle") }),
    weighted(1, { do: fc.constant("pause") }),
    weighted(2, { do: fc.constant("resume") }),
    weighted(5, { do: fc.constant("settle") }),
    weighted(grain === "fine" ? 8 : 0, { do: fc.constant("microtask") }),
  );
  const size = fc.constantFrom(0, 1, 2, Infinity);
  return fc.record({
    workers: fc.integer({ min: 1, max: 3 }),
    queueSize: size,
    finishedSize: size,
    discardResults: fc.constantFrom(false, false, false, true),
    ageing: fc.constantFrom(Infinity, Infinity, 10),
    commands: fc.array(command, { maxLength: 40, size: "max" }),
  });
}

function weighted(weight: number, model: Record<string, fc.Arbitrary<unknown>>) {
  return { weight, arbitrary: fc.record(model) as fc.Arbitrary<unknown> as fc.Arbitrary<Command> };
}
