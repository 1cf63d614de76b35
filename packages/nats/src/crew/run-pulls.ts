// The pulls of a crew from RUN. There are two kinds:
//
//   for a job that the crew moves there   whichever comes: as many as a crew moves there it takes from there
//   a look for what dead crews have left  what these had comes when its lease has ended
//
// Those for the jobs of a turn are one pull. A look hardly ever finds anything: so it becomes the pull for a job that is
// moved while it waits. And where a job was there before, as after a kill of the server, or goes elsewhere, what was
// pulled for it becomes a look.
//
// Invariant: `owed` workers are kept for what is pulled; a look keeps none.

import { CONSUMER } from "../server/layout.js";
import type { Link } from "../server/link.js";
import { type Pulled, Puller } from "../server/puller.js";

/** A pull for what was just moved does not wait for long. */
const MOVED_EXPIRES_MS = 500;
/** A look waits less still, but as long as a busy server may be late. */
const LOOK_EXPIRES_MS = 100;

/** What the pulls tell. */
export interface RunListener {
  /** A job; where one was left behind there may be more. */
  pulled(message: Pulled, isLeft: boolean): void;
  /** A pull has ended without one. */
  ended(): void;
  /** The server knows nothing of RUN. */
  refused(): void;
  /** Whether a worker is free for what a look may find. */
  mayLook(): boolean;
}

/** A job that is being moved to RUN, and the pull that is made for it, if it is made yet. */
export interface Move {
  pull: string | undefined;
}

interface Pull {
  readonly isLook: boolean;
  /** The jobs for which it was made that are still being moved. */
  readonly moves: Set<Move>;
  /** How many messages may come yet, and how many of them stand for no moved job. */
  left: number;
  spare: number;
}

/** The pulls of one crew. */
export class RunPulls {
  readonly #listener: RunListener;
  readonly #puller: Puller;
  readonly #pulls = new Map<string, Pull>();
  readonly #link: Link;
  /** For which a pull is made at the end of the turn. */
  #begun = new Set<Move>();

  constructor(link: Link, stream: string, listener: RunListener) {
    this.#link = link;
    this.#listener = listener;
    this.#puller = new Puller(link, stream, CONSUMER, {
      pulled: (message, pull) => {
        const isLook = pull !== undefined && this.#delivered(pull);
        listener.pulled(message, isLook || message.deliveries > 1);
      },
      ended: (pull) => {
        this.#ranOut(pull);
        listener.ended();
      },
      refused: () => {
        listener.refused();
      },
    });
  }

  /** For how many jobs there are pulls, or will be, without those that only look. */
  get owed(): number {
    let owed = this.#puller.outstanding + this.#begun.size;
    for (const { spare } of this.#pulls.values()) owed -= spare;
    return owed;
  }

  /** Looks for what dead crews have left. */
  look(): void {
    for (const { isLook, spare } of this.#pulls.values()) if (isLook || spare > 0) return;
    if (!this.#listener.mayLook()) return;
    const pull = this.#puller.pull(1, LOOK_EXPIRES_MS);
    this.#pulls.set(pull, { isLook: true, moves: new Set(), left: 1, spare: 1 });
  }

  /** Pulls for a job that begins to be moved; `undefined` if it takes a worker for that, and none `isFree`. */
  begin(isFree: boolean): Move | undefined {
    for (const [pull, it] of this.#pulls) {
      if (it.spare === 0) continue;
      it.spare--;
      const move = { pull };
      it.moves.add(move);
      return move;
    }
    if (!isFree) return undefined;
    const move = { pull: undefined };
    this.#begun.add(move);
    this.#link.atEnd(this.#pullForBegun);
    return move;
  }

  /** The job does not come from RUN: it has ended, or runs elsewhere, or was left behind. */
  giveUp({ pull }: Move): void {
    const it = this.#pulls.get(pull as string);
    if (it !== undefined) it.spare = Math.min(it.spare + 1, it.left);
  }

  /** The job is moved, or could not be. */
  end(move: Move): void {
    this.#begun.delete(move);
    this.#pulls.get(move.pull as string)?.moves.delete(move);
  }

  /** Gives up pulls that the server has lost. */
  tick(): void {
    this.#puller.tick();
  }

  /** The connection is back: the server has forgotten the pulls. */
  reset(): void {
    this.#puller.reset();
    this.#pulls.clear();
  }

  /** Takes the pulls back; what is on its way still comes. */
  cancel(): Promise<void> {
    this.#begun.clear();
    return this.#puller.cancel();
  }

  readonly #pullForBegun = (): void => {
    const moves = this.#begun;
    this.#begun = new Set();
    this.#pullFor(moves);
  };

  #pullFor(moves: Set<Move>): void {
    const left = moves.size;
    if (left === 0) return;
    const pull = this.#puller.pull(left, MOVED_EXPIRES_MS);
    this.#pulls.set(pull, { isLook: false, moves, left, spare: 0 });
    for (const move of moves) move.pull = pull;
  }

  /** A message has come to a pull; gives whether that was one that looks. */
  #delivered(pull: string): boolean {
    const it = this.#pulls.get(pull) as Pull;
    it.left--;
    if (it.left === 0) this.#pulls.delete(pull);
    const isSpare = it.spare > it.left;
    if (isSpare) it.spare = it.left;
    return it.isLook || isSpare;
  }

  /** A pull has ended before all had come. */
  #ranOut(pull: string): void {
    const it = this.#pulls.get(pull) as Pull;
    this.#pulls.delete(pull);
    this.#pullFor(it.moves);
    // The job of another one went elsewhere; or it came there too late for this pull, and for any other.
    if (it.left > it.spare + it.moves.size) this.look();
  }
}
