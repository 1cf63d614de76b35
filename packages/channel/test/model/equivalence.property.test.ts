// Changes to a random program that must not change anything else.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import "../support/at-once.js";
import { always, numRuns } from "./always.js";
import { A, abort, abortable, B, C, close, recv, select, send } from "./calls.js";
import type { Event } from "./history.js";
import type { Call, Case, Outcome } from "./model.js";
import { play, type Stage } from "./play.js";
import { type Act, mapCalls, programs, type RandomProgram, readable } from "./random-program.js";

const NEVER = 3;

function withActs(program: RandomProgram, acts: readonly Act[]): RandomProgram {
  return readable({ ...program, acts });
}

/** The outcomes of the calls that `isOurs` does not claim, in their order and in that of settling. */
function outcomes({ events, settled }: Stage, isOurs: (event: Event) => boolean = () => false) {
  const others = events.filter((event) => !isOurs(event));
  const turns = new Map(others.map((event, i) => [event, i]));
  const order = settled.filter((event) => turns.has(event)).map((event) => turns.get(event));
  return { outcomes: others.map(({ outcome }) => withoutKey(outcome)), order };
}

/** The same; but what an abort and a call in it settle has no order among itself. */
function outcomesButInAborts(stage: Stage) {
  const { outcomes: all, order } = outcomes(stage);
  for (const [from, to] of stage.inAborts) {
    order.splice(from, to - from, ...order.slice(from, to).sort((a, b) => a! - b!));
  }
  return { outcomes: all, order };
}

function withoutKey(outcome: Outcome | undefined): unknown {
  return outcome !== undefined && "key" in outcome ? { ...outcome, key: 0 } : outcome;
}

describe("cancellation without trace", () => {
  const SIGNAL = 1_000_000;
  const insertion = fc.record({
    program: programs({ overflow: "any" }),
    call: fc.constantFrom<Call>(
      recv(A),
      send(A, -1),
      select(recv(A), send(B, -2)),
      select(recv(B), recv(A), send(A, -1)),
    ),
    from: fc.nat(1000),
    for: fc.nat(30),
  });
  const isOurs = ({ call }: Event): boolean => call.signal === SIGNAL;

  it("an operation that is aborted while it waits changes nothing; after it has settled, the abort changes nothing", async () => {
    const property = fc.asyncProperty(insertion, async ({ program, call, from, for: length }) => {
      const start = Math.min(from, program.acts.length);
      const withCall = program.acts.toSpliced(start, 0, { call: abortable(SIGNAL, call) });
      const withAbort = withCall.toSpliced(start + 1 + length, 0, { call: abort(SIGNAL) });

      const both = await play(withActs(program, withAbort));
      const isWithdrawn = both.events.find(isOurs)?.outcome?.what === "aborted";
      const reference = await play(isWithdrawn ? program : withActs(program, withCall));

      expect(outcomes(both, isOurs)).toEqual(outcomes(reference, isOurs));
    });

    await fc.assert(property, { numRuns: 2 * numRuns });
  });
});

describe("select atomicity", () => {
  it("a select is as good as the one operation that it has chosen", () =>
    always("any", isAsGoodAsItsChoices));

  // The select looks at the sender, whose signal is aborted but whose listener has yet to run, and so
  // tells it before it goes on to `c`; a receive from `c` does not look, and is told before.
  it("C7: also where it looks at a waiter that is aborted, which is then told before the select", () =>
    isAsGoodAsItsChoices(
      readable({
        channels: [{ cap: 0 }, { cap: 0 }, { cap: 1, overflow: "dropOldest" }],
        acts: [
          { call: close(C) },
          { call: abortable(0, send(B, 10)) },
          { call: select(recv(B), recv(C)), inAbort: 0 },
        ],
      }),
    ));

  async function isAsGoodAsItsChoices(program: RandomProgram): Promise<void> {
    const original = await play(program);
    const outcomeOf = new Map(original.events.map(({ call, outcome }) => [call, outcome]));

    const replaced = await play(
      mapCalls(program, (call) => {
        const outcome = outcomeOf.get(call);
        const isChoice = "cases" in call && outcome !== undefined && "key" in outcome;
        return isChoice ? chosen(call, outcome.key) : call;
      }),
    );

    expect(outcomesButInAborts(replaced)).toEqual(outcomesButInAborts(original));
    const visible = ({ before }: Stage) =>
      before.map((all) => all.map(({ len, closed }) => ({ len, closed })));
    expect(visible(replaced)).toEqual(visible(original));
  }

  function chosen(call: Call & { cases: readonly Case[] }, key: number): Call {
    const one = call.cases[key]!;
    if (call.do === "trySelect") {
      return one.do === "recv" ? { ...one, do: "tryRecv" } : { ...one, do: "trySend" };
    }
    return call.signal === undefined ? one : { ...one, signal: call.signal };
  }
});

describe("S8: a plain operation", () => {
  it.each([
    { name: "a select of one case", around: (one: Case): Case[] => [one] },
    {
      name: "a select with more, never-ready cases",
      around: (one: Case): Case[] => [one, recv(NEVER), undefined, recv(NEVER)],
    },
  ])("is the same as $name", ({ around }) =>
    always("any", async (program) => {
      const channels = [...program.channels, { cap: 1 }];
      const plain = await play({ ...program, channels });

      const selects = await play(
        mapCalls({ ...program, channels }, (call) => selecting(call, around)),
      );

      expect(outcomes(selects)).toEqual(outcomes(plain));
    }),
  );

  function selecting(call: Call, around: (one: Case) => Case[]): Call {
    switch (call.do) {
      case "recv":
      case "send": {
        const { signal, ...one } = call;
        const it = select(...around(one));
        return signal === undefined ? it : abortable(signal, it);
      }
      case "tryRecv":
        return { do: "trySelect", cases: around({ ...call, do: "recv" }) };
      case "trySend":
        return { do: "trySelect", cases: around({ ...call, do: "send" }) };
      default:
        return call;
    }
  }
});
