// The chances of each choice of select, computed and not sampled: all random numbers are tried.
//
// Replaced meanwhile: `Promise` and `WaitQueue.prototype.enqueue` (model/recorded-promise, observe).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { A, B, close, recv, select, send } from "../model/calls.js";
import { Lockstep } from "../model/lockstep.js";
import { type Call, type Case, step } from "../model/model.js";
import { recordPromises } from "../model/recorded-promise.js";
import { show } from "../model/show.js";
import { Tape } from "../model/tape.js";

const channels = [{ cap: 0 }, { cap: 1 }];

const shapes: Case[][] = [
  [recv(A)],
  [recv(A), recv(B)],
  [recv(A), send(B, "x")],
  [send(A, "x"), send(A, "y")],
  [send(A, "x"), undefined, recv(A)],
  [recv(A), recv(A), recv(B)],
  [recv(A), send(B, "x"), recv(B), send(A, "y")],
  [send(B, "x"), send(B, "y"), send(B, "z"), recv(A)],
];

const before = [recv(A), send(A, 1), recv(B), send(B, 2), close(A), close(B)];
const situations = [[], ...before.map((one) => [one])].concat(
  before.flatMap((one) => before.map((other) => [one, other])),
);

/** The probability of each effect of what `run` does with a source of random choices. */
function chances(run: (below: (n: number) => number) => unknown): Record<string, number> {
  const found: Record<string, number> = {};
  const tape = new Tape();
  do {
    let chance = 1;
    const effect = run((n) => {
      chance /= n;
      return tape.choose(n);
    });
    const name = JSON.stringify(effect);
    found[name] = (found[name] ?? 0) + chance;
  } while (tape.next());
  return found;
}

function expectSameChances(situation: readonly Call[], call: Call): void {
  const prepare = (below: (n: number) => number): Lockstep => {
    let isReady = false;
    const lockstep = new Lockstep(channels, (n) => (isReady ? below(n) : 0));
    for (const one of situation) lockstep.call(one);
    isReady = true;
    return lockstep;
  };

  const actual = chances((below) => {
    const lockstep = prepare(below);
    lockstep.call(call);
    return { state: lockstep.state, settled: lockstep.settled };
  });
  const { state } = prepare(() => 0);
  const expected = chances((below) => step(state, call, (keys) => keys[below(keys.length)]!));

  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [effect, chance] of Object.entries(expected)) {
    expect(actual[effect]).toBeCloseTo(chance, 12);
  }
}

describe("select", () => {
  describe.each(shapes.map((cases) => ({ call: select(...cases) })))("S2", ({ call }) => {
    it(`${show(call)}: every case that is ready has the same chance; of those that wait, every order`, () => {
      recordPromises(() => {
        for (const situation of situations) expectSameChances(situation, call);
      });
    });
  });
});
