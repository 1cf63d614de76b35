// Random programs: what the world around some tasks may do to the channels between them.

import { pacing } from "../loop/outcomes.js";
import { random } from "../util/random.js";
import { type Ends, type ProgramResult, Run, showStep, type Step } from "./run.js";
import { seeded } from "./seeded.js";

// fast-check is optional: where it is missing, these are `any`, and nothing else is affected. The
// comments reach the declarations of the package, where an import would be an error.
/* eslint-disable @typescript-eslint/ban-ts-comment, jsdoc/check-tag-names --
   "expect-error" would be an error where fast-check is installed. */
/** @ts-ignore */
type FastCheck = typeof import("fast-check");
/** @ts-ignore */
type Arbitrary<T> = import("fast-check").Arbitrary<T>;
/* eslint-enable @typescript-eslint/ban-ts-comment, jsdoc/check-tag-names */

/** What programs may do. `S` names the channels to send to, with the type of their values. */
export interface ProgramOptions<S, R extends string> {
  /** For each channel that is sent to, by a name, the values. */
  readonly send: { readonly [name in keyof S]: Arbitrary<S[name]> };
  /** The names of the channels that are received from. */
  readonly recv: readonly R[];
  /** How many steps a program has at most; 50 unless told. */
  readonly maxLength?: number | undefined;
}

/**
 * Arbitrary programs for the channels at the ends of a network of tasks: they send, receive, and
 * close in any order and at any pace, and give up waiting now and then. What `select` chooses is
 * random too, but a program chooses the same in each run, so that what fails can be repeated.
 *
 * `fc` is fast-check, version 3 or 4, which need not be installed for anything else. Programs
 * shrink to short ones, and print as what they do.
 *
 * @example
 * ```ts
 * const programs = channelPrograms(fc, { send: { numbers: fc.nat() }, recv: ["squares"] });
 * const property = fc.asyncProperty(programs, async (program) => {
 *   const { sent, received } = await program.run(() => {
 *     const numbers = new Chan<number>();
 *     return { send: { numbers }, recv: { squares: startSquaring(numbers) } };
 *   });
 *   expect(received.squares).toEqual(sent.numbers.map((n) => n * n));
 * });
 * await fc.assert(property);
 * ```
 */
export function channelPrograms<S extends Record<string, unknown>, R extends string>(
  check: Pick<FastCheck, "array" | "constant" | "constantFrom" | "integer" | "oneof" | "record">,
  { send, recv, maxLength = 50 }: ProgramOptions<S, R>,
): Arbitrary<ChannelProgram<S, R>> {
  const values = Object.entries<Arbitrary<unknown>>(send);
  const sends = values.map(([to, value]) =>
    check.record({ do: check.constant("send" as const), to: check.constant(to), value }),
  );
  const recvs = recv.map((from) => check.constant({ do: "recv" as const, from }));
  const closes = values.map(([chan]) => check.constant({ do: "close" as const, chan }));
  const pauses = check.constantFrom<Step>({ do: "tick" }, { do: "tick" }, { do: "settle" });
  const step = check.oneof(
    ...[...sends, ...recvs].map((arbitrary) => ({ weight: 4, arbitrary })),
    ...closes.map((arbitrary) => ({ weight: 1, arbitrary })),
    { weight: 4, arbitrary: pauses },
    { weight: 1, arbitrary: check.constant<Step>({ do: "abort" }) },
  );
  return check
    .record({ steps: check.array<Step>(step, { maxLength }), seed: check.integer() })
    .map(({ steps, seed }) => new ChannelProgram(steps, seed));
}

/** A program of {@link channelPrograms}. */
export class ChannelProgram<S, R extends string> {
  readonly #steps: readonly Step[];
  readonly #seed: number;

  /** @internal */
  constructor(steps: readonly Step[], seed: number) {
    this.#steps = steps;
    this.#seed = seed;
  }

  /**
   * Runs the program: `start` starts the tasks and gives the channels at their ends. When its
   * steps are done, it closes what it sends to, and receives whatever still comes: up to about a
   * thousand values, lest tasks without end hang a test. One program runs at a time, since the
   * choices of `select` are those of all tasks.
   *
   * @throws By rejection, what an operation was rejected with: for instance ChannelClosedError if
   *   your tasks close a channel to which the program sends.
   */
  async run<V extends Record<R, unknown>>(start: () => Ends<S, V>): Promise<ProgramResult<S, V>> {
    const { below } = random;
    random.below = seeded(this.#seed);
    // Or else what a program finds would depend on how fast the machine is.
    pacing.isOn = false;
    try {
      const run = new Run(start());
      for (const step of this.#steps) await run.perform(step);
      return (await run.end()) as ProgramResult<S, V>;
    } finally {
      random.below = below;
      pacing.isOn = true;
    }
  }

  /** "send 3 to numbers; recv from squares; settle; close numbers". */
  toString(): string {
    return this.#steps.map(showStep).join("; ") || "nothing";
  }
}
