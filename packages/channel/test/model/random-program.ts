// Random programs for properties: up to a thousand calls to three channels.

import fc from "fast-check";

import { type Letter, showLetter } from "./letter.js";
import type { Call, Case, open } from "./model.js";

/** `"tick"`: all that can goes on before the next call. */
export type Act = Letter | "tick";

/** A program for {@link play}. Values are unique. */
export interface RandomProgram {
  readonly channels: Parameters<typeof open>;
  readonly acts: readonly Act[];
}

const CHANNELS = 3;
/** After so many calls, other signals are used than before. */
const ERA = 30;
const SIGNALS = 4;

const chan = fc.nat(CHANNELS - 1);
const cap = fc.constantFrom(0, 0, 1, 2, 5, Infinity);

// On the first channel senders are in the majority, on the last receivers: both kinds shall wait.
const one = fc.oneof(
  fc.record({ do: fc.constant("recv" as const), chan: fc.constantFrom(0, 1, 1, 2, 2, 2) }),
  fc.record({
    do: fc.constant("send" as const),
    chan: fc.constantFrom(2, 1, 1, 0, 0, 0),
    value: fc.constant(0),
  }),
);
const cases: fc.Arbitrary<Case[]> = fc.array(fc.option(one, { nil: undefined, freq: 8 }), {
  maxLength: 4,
});

const signal = fc.nat(SIGNALS - 1);
const close = fc.record({ do: fc.constant("close" as const), chan });
const operation: fc.Arbitrary<Call> = fc.oneof(
  { weight: 15, arbitrary: abortable(one) },
  { weight: 6, arbitrary: one.map(tryingTo) },
  { weight: 10, arbitrary: abortable(cases.map((all) => ({ do: "select" as const, cases: all }))) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("trySelect" as const), cases }) },
);

/** An act, but for the values; signals are counted within the era. */
const template: fc.Arbitrary<Act> = fc.oneof(
  { weight: 70, arbitrary: fc.record({ call: operation }) },
  { weight: 20, arbitrary: fc.constant("tick" as const) },
  {
    weight: 5,
    arbitrary: fc.record({ call: fc.record({ do: fc.constant("abort" as const), signal }) }),
  },
  { weight: 3, arbitrary: fc.record({ call: operation, inAbort: signal }) },
  { weight: 1, arbitrary: fc.record({ call: close }) },
);

function abortable<C extends Call>(call: fc.Arbitrary<C>): fc.Arbitrary<Call> {
  return fc
    .tuple(call, fc.option(signal, { nil: undefined }))
    .map(([it, number]) => withSignal(it, number));
}

function tryingTo(one: NonNullable<Case>): Call {
  return one.do === "recv" ? { ...one, do: "tryRecv" } : { ...one, do: "trySend" };
}

function withSignal(call: Call, signal: number | undefined): Call {
  return signal === undefined ? { ...call } : { ...call, signal };
}

/** The template as the act with number `index`: with values and signals that tell it apart. */
function complete(act: Act, index: number): Act {
  if (act === "tick") return act;
  const valued = <C extends Case | Call>(it: C, key: number): C =>
    it !== undefined && "value" in it ? { ...it, value: 10 * index + key } : it;
  const numbered = (number: number | undefined) =>
    number === undefined ? undefined : Math.floor(index / ERA) * SIGNALS + number;

  const { call } = act;
  const full = "cases" in call ? { ...call, cases: call.cases.map(valued) } : valued(call, 0);
  return { call: withSignal(full, numbered(call.signal)), inAbort: numbered(act.inAbort) };
}

/** The program with other calls. */
export function mapCalls(program: RandomProgram, map: (call: Call) => Call): RandomProgram {
  const acts = program.acts.map((act) => (act === "tick" ? act : { ...act, call: map(act.call) }));
  return readable({ ...program, acts });
}

/** Random programs; `overflow: "block"` means that no channel discards values. */
export function programs({ overflow }: { overflow: "block" | "any" }): fc.Arbitrary<RandomProgram> {
  const block = cap.map((n) => ({ cap: n }));
  const drop = fc.record({
    cap: fc.constantFrom(1, 2, 5),
    overflow: fc.constantFrom("dropOldest" as const, "dropNewest" as const),
  });
  const channel = overflow === "block" ? block : fc.oneof(block, drop);
  return fc
    .record({
      channels: fc.array(channel, { minLength: CHANNELS, maxLength: CHANNELS }),
      acts: fc.array(template, { maxLength: 1000, size: "max" }),
    })
    .map(({ channels, acts }) => readable({ channels, acts: acts.map(complete) }));
}

/** The program, which prints itself as a list of calls. */
export function readable(program: RandomProgram): RandomProgram {
  const { channels, acts } = program;
  const text = () => {
    const opened = channels.map(({ cap, overflow = "" }) => `${cap} ${overflow}`.trim()).join(", ");
    const lines = acts.map((act) => `  ${act === "tick" ? act : showLetter(act)}`);
    return `channels with cap ${opened}:\n${lines.join("\n")}\n`;
  };
  return { ...program, [fc.toStringMethod]: text } as RandomProgram;
}
