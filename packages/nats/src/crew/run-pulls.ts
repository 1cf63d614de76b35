// The pulls of a crew from RUN. There are two kinds:
//
//   for a job that the crew moves there   whichever comes: as many as a crew moves there it takes from there
//   a look for what dead crews have left  what these had comes when its lease has ended
//
// A look hardly ever finds anything: so it becomes the pull for a job that is moved while it waits. And a pull whose job
// was there before, as after a kill of the server, or goes elsewhere, becomes a look.
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

/** A job that is being moved to RUN, and the pull that is made for it. */
export interface Move {
  pull: string;
}

/** The pulls of one crew. */
export class RunPulls {
  readonly #listener: RunListener;
  readonly #puller: Puller;
  /** Looks, and whether each also stands for a moved job. */
  readonly #looks = new Map<string, { isOwed: boolean }>();
  /** By their pulls. */
  readonly #moves = new Map<string, Move>();

  constructor(link: Link, stream: string, listener: RunListener) {
    this.#listener = listener;
    this.#puller = new Puller(link, stream, CONSUMER, {
      pulled: (message, pull) => {
        const isLook = pull !== undefined && this.#looks.delete(pull);
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

  /** For how many jobs there are pulls, without looks that stand for none. */
  get owed(): number {
    let owed = this.#puller.outstanding;
    for (const { isOwed } of this.#looks.values()) if (!isOwed) owed--;
    return owed;
  }

  /** Looks for what dead crews have left. */
  look(): void {
    if (this.#looks.size > 0 || !this.#listener.mayLook()) return;
    this.#looks.set(this.#puller.pull(1, LOOK_EXPIRES_MS), { isOwed: false });
  }

  /** Pulls for a job that begins to be moved; `undefined` if it takes a worker for that, and none `isFree`. */
  begin(isFree: boolean): Move | undefined {
    const pull = this.#owedLook() ?? (isFree ? this.#puller.pull(1, MOVED_EXPIRES_MS) : undefined);
    if (pull === undefined) return undefined;
    const move = { pull };
    this.#moves.set(pull, move);
    return move;
  }

  /** The job does not come from RUN: it has ended, or runs elsewhere, or was left behind. */
  giveUp({ pull }: Move): void {
    if (this.#puller.isWaiting(pull)) this.#looks.set(pull, { isOwed: false });
  }

  /** The job is moved, or could not be. */
  end({ pull }: Move): void {
    this.#moves.delete(pull);
  }

  /** Gives up pulls that the server has lost. */
  tick(): void {
    this.#puller.tick();
  }

  /** The connection is back: the server has forgotten the pulls. */
  reset(): void {
    this.#puller.reset();
    this.#looks.clear();
  }

  /** Takes the pulls back; what is on its way still comes. */
  cancel(): Promise<void> {
    return this.#puller.cancel();
  }

  /** A look, which stands for a moved job from now on. */
  #owedLook(): string | undefined {
    for (const [pull, look] of this.#looks) {
      if (look.isOwed) continue;
      look.isOwed = true;
      return pull;
    }
    return undefined;
  }

  /** A pull has ended without a job. */
  #ranOut(pull: string): void {
    const isSpare = this.#looks.get(pull)?.isOwed === false;
    this.#looks.delete(pull);
    if (isSpare) return;
    const move = this.#moves.get(pull);
    if (move === undefined) {
      // Its job went elsewhere; or it came there too late for this pull, and for any other.
      this.look();
      return;
    }
    this.#moves.delete(pull);
    move.pull = this.#puller.pull(1, MOVED_EXPIRES_MS);
    this.#moves.set(move.pull, move);
  }
}
