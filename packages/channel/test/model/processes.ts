// Processes that run side by side, and every way in which they can: an explorer decides who makes
// the next call. A process is a generator that yields its calls and gets their outcomes. Between
// the settling of an operation and the next call of its process the others may make calls, too.

import type { Event, History } from "./history.js";
import { expectLaws, inventsNothing, keepsOrder, losesNothing, nobodyOvertakes } from "./laws.js";
import type { Letter } from "./letter.js";
import { Lockstep } from "./lockstep.js";
import type { open, Outcome } from "./model.js";
import { recordPromises } from "./recorded-promise.js";
import { Tape } from "./tape.js";

/** What a process does next: `wait: false` means that it does not wait for the outcome. */
export type Act = Letter & { readonly wait?: false };

export type Process = Generator<Act, void, Outcome | undefined>;

/** A program of several processes, and what holds whenever it has ended. */
export interface Program {
  readonly guarantee: string;
  readonly channels: Parameters<typeof open>;
  /** Begins a run. */
  start(): {
    readonly processes: Readonly<Record<string, Process>>;
    holds(history: History): boolean;
  };
}

/** A process of which the next call is known, or which waits for operation `op`. */
interface Running {
  readonly name: string;
  readonly process: Process;
  next: Act | undefined;
  op: number;
}

/** Runs all interleavings of a program, with all choices of its selects; gives how many there are. */
export function interleave(program: Program): number {
  return recordPromises(() => interleaveRecorded(program));
}

function interleaveRecorded(program: Program): number {
  const isLossy = program.channels.some(({ overflow = "block" }) => overflow !== "block");
  const tape = new Tape();
  let runs = 0;
  do {
    const { processes, holds } = program.start();
    const history = run(program, processes, tape);
    if (history === undefined) continue;
    expectLaws(history, { holds, inventsNothing, keepsOrder, nobodyOvertakes });
    if (!isLossy) expectLaws(history, { losesNothing });
    runs++;
  } while (tape.next());
  return runs;
}

/** One run; nothing if it turns out to be like one that has been. */
function run(
  { channels }: Program,
  processes: Readonly<Record<string, Process>>,
  tape: Tape,
): History | undefined {
  const lockstep = new Lockstep(channels, (n) => tape.choose(n));
  const events: Event[] = [];
  const settled: Event[] = [];
  const all = Object.entries(processes).map(([name, process]): Running => ({
    name,
    process,
    next: goOn(process, undefined),
    op: NaN,
  }));

  for (let able = all; able.length > 0; able = all.filter(({ next }) => next !== undefined)) {
    const running = able[tape.choose(able.length)]!;
    const start = tape.position;
    perform(running, running.next!);
    if (!tape.isNew(start, lockstep.effect)) return undefined;
  }
  return { events, settled, buffered: lockstep.state.channels.map(({ buffer }) => buffer) };

  function perform(running: Running, act: Act): void {
    const process = running.name;
    if (act.inAbort !== undefined) {
      events.push({ process, call: { do: "abort", signal: act.inAbort } });
    }
    events.push({ process, call: act.call });
    lockstep.perform(act);

    running.op = act.wait === false ? NaN : events.length - 1;
    running.next = act.wait === false ? goOn(running.process, undefined) : undefined;
    for (const { op, outcome } of lockstep.settled) {
      const event = events[op]!;
      event.outcome = outcome;
      settled.push(event);
      const waiting = all.find((one) => one.op === op);
      if (waiting !== undefined) waiting.next = goOn(waiting.process, outcome);
    }
  }
}

function goOn(process: Process, outcome: Outcome | undefined): Act | undefined {
  return process.next(outcome).value ?? undefined;
}
