// Processes that run side by side, and every way in which they can: an explorer decides which makes
// the next call. A process is a generator that yields its calls and gets their outcomes. Between
// the settling of an operation and the next call of its process the others may make calls, too.

import type { Event, History } from "./history.js";
import { expectLaws, inventsNothing, keepsOrder, losesNothing, nobodyOvertakes } from "./laws.js";
import type { Letter } from "./letter.js";
import { Lockstep } from "./lockstep.js";
import type { open, Outcome, State } from "./model.js";
import { recordPromises } from "./recorded-promise.js";
import { type Repeated, runAll, Tape } from "./tape.js";

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

/**
 * Runs all interleavings of a program, or the first `most` of them, with all choices of its selects; gives how
 * many there were.
 */
export function interleave(program: Program, most?: number): number {
  const explorer = new Explorer(program);
  return recordPromises(() => runAll(explorer, most));
}

class Explorer implements Repeated {
  readonly #program: Program;
  readonly #tape = new Tape();
  /** Where the last run came by: what it has seen there need not be compared again. */
  readonly #path: { readonly state: State; readonly position: number }[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  next(): boolean {
    return this.#tape.next();
  }

  /** One interleaving; false if it is like another. */
  run(): boolean {
    const { channels, start } = this.#program;
    const { processes, holds } = start();
    const lockstep = new Lockstep(channels, (n) => this.#tape.choose(n));
    const run = new Run(processes, lockstep);
    for (let i = 0; run.able.length > 0; i++) {
      const running = run.able[this.#tape.choose(run.able.length)]!;
      const { position } = this.#tape;
      const known = this.#path[i];
      if (known !== undefined && known.position <= this.#tape.changed) {
        run.goOn(running, (act) => lockstep.repeat(act, known.state));
        continue;
      }
      run.goOn(running, (act) => lockstep.perform(act));
      this.#path[i] = { state: lockstep.state, position: this.#tape.position };
      if (!this.#tape.isNew(position, lockstep.effect)) return false;
    }

    const { events, settled } = run;
    const buffered = lockstep.state.channels.map(({ buffer }) => buffer);
    const history = { events, settled, buffered };
    expectLaws(history, { holds, inventsNothing, keepsOrder, nobodyOvertakes });
    const isLossy = channels.some(({ overflow = "block" }) => overflow !== "block");
    if (!isLossy) expectLaws(history, { losesNothing });
    return true;
  }
}

/** The processes of one run. */
class Run {
  readonly events: Event[] = [];
  readonly settled: Event[] = [];
  readonly #all: readonly Running[];
  readonly #lockstep: Lockstep;

  constructor(processes: Readonly<Record<string, Process>>, lockstep: Lockstep) {
    this.#lockstep = lockstep;
    this.#all = Object.entries(processes).map(([name, process]) => {
      return { name, process, next: nextOf(process, undefined), op: NaN };
    });
  }

  /** Those that do not wait. */
  get able(): readonly Running[] {
    return this.#all.filter(({ next }) => next !== undefined);
  }

  /** Lets a process make its next call, by `perform`. */
  goOn(running: Running, perform: (act: Act) => void): void {
    const { name, process, next } = running;
    const act = next!;
    if (act.inAbort !== undefined) {
      this.events.push({ process: name, call: { do: "abort", signal: act.inAbort } });
    }
    this.events.push({ process: name, call: act.call });
    perform(act);

    const waits = act.wait !== false;
    running.op = waits ? this.events.length - 1 : NaN;
    running.next = waits ? undefined : nextOf(process, undefined);
    for (const { op, outcome } of this.#lockstep.settled) {
      const event = this.events[op]!;
      event.outcome = outcome;
      this.settled.push(event);
      const waiting = this.#all.find((one) => one.op === op);
      if (waiting !== undefined) waiting.next = nextOf(waiting.process, outcome);
    }
  }
}

function nextOf(process: Process, outcome: Outcome | undefined): Act | undefined {
  return process.next(outcome).value ?? undefined;
}
