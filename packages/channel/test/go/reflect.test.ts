// reflect/all_test.go: select over cases that are known only when the program runs.

import { afterEach, describe, expect, it } from "@jest/globals";

import { type Case, Chan, select, send, trySelect } from "../../src/index.js";
import { random } from "../../src/util/random.js";
import { closed, got } from "../support/outcomes.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";
import { blocks } from "./support.js";

/** A case, and the state of its channel. */
interface Kind {
  /** What a select does when it comes to this case; one that is off it does not come to. */
  readonly does: "proceed" | "fail" | "wait" | "off";
  readonly cap?: number;
  readonly make: (ch: Chan<number>) => Case;
}

const kinds: readonly Kind[] = [
  { does: "proceed", make: (ch) => (void ch.send(1), ch) },
  { does: "proceed", cap: 1, make: (ch) => (ch.trySend(1), ch) },
  { does: "proceed", make: (ch) => (ch.close(), ch) },
  { does: "wait", make: (ch) => ch },
  { does: "off", make: () => null },
  { does: "proceed", make: (ch) => (void ch.recv(), send(ch, 1)) },
  { does: "proceed", cap: 1, make: (ch) => send(ch, 1) },
  { does: "fail", make: (ch) => (ch.close(), send(ch, 1)) },
  { does: "wait", cap: 1, make: (ch) => (ch.trySend(1), send(ch, 1)) },
  { does: "off", make: () => send<number>(null, 1) },
];

/** All lists of at most `n` kinds. */
function lists(n: number): Kind[][] {
  if (n === 0) return [[]];
  return [[], ...kinds.flatMap((kind) => lists(n - 1).map((rest) => [kind, ...rest]))];
}

/** Which case was chosen, or what happened instead. */
type Outcome = number | "fail" | "wait";

/** What may come of a select that tries the case number `first` first. */
function allowed(list: readonly Kind[], first: number): Outcome[] {
  const ready = ({ does }: Kind, i: number): Outcome[] =>
    does === "proceed" ? [i] : does === "fail" ? ["fail"] : [];
  const one = ready(list[first]!, first);
  const any = one.length > 0 ? one : list.flatMap(ready);
  return any.length > 0 ? any : ["wait"];
}

async function tried(cases: Case[]): Promise<Outcome> {
  try {
    return trySelect(cases)?.key ?? "wait";
  } catch {
    return "fail";
  }
}

/** What comes of a select; one that waits is withdrawn. */
async function selected(cases: Case[]): Promise<Outcome> {
  const abort = new AbortController();
  const chosen = select(cases, abort);
  abort.abort(reason);
  return chosen.then(
    ({ key }) => key,
    (error: unknown) => (error === reason ? "wait" : "fail"),
  );
}

function stateOf(ch: Chan<number>): string {
  return JSON.stringify([ch.len, ch.closed, waiting(ch)]);
}

const { below } = random;

/** Makes select try the case number `first` first, and then the others. */
function tryFirst(list: readonly Kind[], first: number): void {
  let next = list.slice(0, first).filter(({ does }) => does !== "off").length;
  random.below = (n) => {
    const choice = next % n;
    next = 0;
    return choice;
  };
}

describe("reflect", () => {
  afterEach(() => {
    random.below = below;
  });

  it.each([
    ["trySelect", tried],
    ["select", selected],
  ])(
    "TestSelect: of any three cases a ready one happens, and nothing else, by %s",
    async (_, choose) => {
      const wrong: unknown[] = [];

      for (const list of lists(3)) {
        for (const first of list.keys()) {
          const chans = list.map(({ cap }) => new Chan<number>(cap));
          const cases = list.map(({ make }, i) => make(chans[i]!));
          const before = chans.map(stateOf);
          tryFirst(list, first);

          const outcome = await choose(cases);

          const changed = chans.flatMap((ch, i) => (stateOf(ch) === before[i] ? [] : [i]));
          // A receive from a closed channel changes nothing.
          const expected = typeof outcome === "number" && !chans[outcome]!.closed ? [outcome] : [];
          if (!allowed(list, first).includes(outcome) || changed.join() !== expected.join()) {
            wrong.push({ kinds: list.map((kind) => kinds.indexOf(kind)), first, outcome, changed });
          }
        }
      }

      expect(wrong).toEqual([]);
    },
  );

  it("TestSelectMaxCases: 65 536 cases work, when one is ready and when none is", async () => {
    const [idle, one] = [new Chan<string>(), new Chan<string>(1)];
    const cases = Array.from({ length: 2 ** 16 }, (_, i) => (i === 60_000 ? one : idle));

    one.trySend("ready");
    expect(await select(cases)).toEqual({ key: 60_000, ...got("ready") });
    const chosen = select(cases);
    expect(waiting(idle).receivers).toBe(2 ** 16 - 1);
    one.trySend("late");

    expect(await chosen).toEqual({ key: 60_000, ...got("late") });
    expectNobodyWaits(idle, one);
  });

  it("TestSelectNop: a select of no case but a default is the default", async () => {
    const none: readonly Case[] = [];

    expect(trySelect(none)).toBeUndefined();
    await blocks(() => select(none));
  });

  it("TestSelectOnInvalid: cases without a channel are no cases", async () => {
    const cases: readonly Case[] = [null, send<number>(null, 1)];

    expect(trySelect(cases)).toBeUndefined();
    await blocks(() => select(cases));
  });

  it.each([0, 1, 3])("TestChan: try, len, cap and close are of one channel, cap %d", (cap) => {
    const ch = new Chan<number>(cap);

    const accepted = [1, 2, 3, 4].filter((value) => ch.trySend(value));
    expect(accepted).toEqual([1, 2, 3].slice(0, cap));
    expect([ch.len, ch.cap]).toEqual([cap, cap]);
    ch.close();

    for (const value of accepted) expect(ch.tryRecv()).toEqual(got(value));
    expect([ch.tryRecv(), ch.tryRecv()]).toEqual([closed, closed]);
    expect([ch.len, ch.cap]).toEqual([0, cap]);
  });
});
