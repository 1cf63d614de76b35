// Every sequence of calls, up to a length, with every random choice of select in each of them.

import type { Letter } from "./letter.js";
import { Lockstep } from "./lockstep.js";
import { open, type State } from "./model.js";
import { recordPromises } from "./recorded-promise.js";
import { type Repeated, runAll, Tape } from "./tape.js";

/** What may be called in a state. */
export type Alphabet = (state: State) => readonly Letter[];

/** What to explore, and how far. */
export interface Exploration {
  readonly channels: Parameters<typeof open>;
  readonly alphabet: Alphabet;
  /** How many calls one after the other. */
  readonly depth: number;
  /** Whether to go on from a state only once, however it was reached. */
  readonly merge?: boolean;
}

/**
 * Makes every sequence of calls; or, merging, every call in every state. Gives how many there were,
 * sequences that differ in random choices without effect counted once.
 */
export function explore(exploration: Exploration): number {
  const explorer = new Explorer(exploration);
  return recordPromises(() => runAll(explorer));
}

/** A place that the run before has come to, too: what leads there need not be compared again. */
interface Place {
  readonly state: State;
  /** What may be called there; made when it is needed. */
  letters?: readonly Letter[];
  /** Which letter has led here, and how many choices. */
  readonly letter: Letter | undefined;
  readonly position: number;
}

class Explorer implements Repeated {
  readonly #exploration: Exploration;
  readonly #tape = new Tape();
  readonly #path: Place[];
  /** How far it has gone from states of each shape. */
  readonly #explored = new Map<string, number>();

  constructor(exploration: Exploration) {
    this.#exploration = exploration;
    const state = open(...exploration.channels);
    this.#path = [{ state, letter: undefined, position: 0 }];
  }

  next(): boolean {
    return this.#tape.next();
  }

  /** One sequence; false if it is like another. */
  run(): boolean {
    const { channels, depth } = this.#exploration;
    const lockstep = new Lockstep(channels, (n) => this.#tape.choose(n));
    this.#repeat(lockstep);
    while (this.#path.length <= depth) {
      if (!this.#extend(lockstep)) return false;
      if (this.#isExplored(lockstep.state)) break;
    }
    lockstep.emptyBuffers();
    return true;
  }

  /** Goes as far as the run before has gone on the same path. */
  #repeat(lockstep: Lockstep): void {
    while (this.#path.at(-1)!.position > this.#tape.changed) this.#path.pop();
    for (const { letter, state } of this.#path) {
      if (letter === undefined) continue;
      this.#tape.choose(1);
      lockstep.repeat(letter, state);
    }
  }

  /** Makes one call more; false if it has no effect that another choice has not had. */
  #extend(lockstep: Lockstep): boolean {
    const place = this.#path.at(-1)!;
    place.letters ??= this.#exploration.alphabet(place.state);
    const letter = place.letters[this.#tape.choose(place.letters.length)]!;
    const start = this.#tape.position;
    lockstep.perform(letter);
    this.#path.push({ state: lockstep.state, letter, position: this.#tape.position });
    return this.#tape.isNew(start, lockstep.effect);
  }

  #isExplored(state: State): boolean {
    const { depth, merge = false } = this.#exploration;
    const left = depth + 1 - this.#path.length;
    if (!merge || left === 0) return false;
    const shape = shapeOf(state);
    if ((this.#explored.get(shape) ?? 0) >= left) return true;
    this.#explored.set(shape, left);
    return false;
  }
}

/** A state without the numbers of its operations and its values: only their order matters. */
function shapeOf({ channels, waiting }: State): string {
  const ops = waiting.map((one) => one.op);
  return JSON.stringify(
    channels.map(({ closed, buffer, senders, receivers }) => [
      closed,
      buffer.length,
      [senders, receivers].map((queue) => queue.map(({ op, key }) => [ops.indexOf(op), key])),
    ]),
  );
}
