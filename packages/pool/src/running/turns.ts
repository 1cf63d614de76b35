// Turns in no async context. What a pool does happens in reactions of promises, and a reaction runs
// in the context (`AsyncLocalStorage`) in which it was made. Queued jobs run neither in that of the
// caller whose call sets a worker going, nor in that in which the pool was made. So one reaction is
// made when this module is loaded, and each makes the next one before it gives a turn.
//
// Invariant: between turns a reaction is ready that was made in the context of the load. Each turn
// has one of its own, so what a turn does to its context (`enterWith`) ends with it. (A package that
// is itself loaded in the middle of a request has the context of that: JavaScript offers no other.)

/** What is done in a turn. */
export interface Turn {
  /** The link belongs to this file. */
  next: Turn | undefined;
  /** Called once for each time that it was asked for. Must not throw. */
  take(): void;
}

let first: Turn | undefined;
let last: Turn | undefined;
let react: () => void;

/**
 * Lets `turn`, which must not have asked already, take its turn in one of the next microtasks, first
 * come, first served.
 */
export function askForTurn(turn: Turn): void {
  if (last === undefined) {
    first = turn;
    react();
  } else {
    last.next = turn;
  }
  last = turn;
}

function makeReaction(): void {
  void new Promise<void>((resolve) => {
    react = resolve;
  }).then(giveTurn);
}

function giveTurn(): void {
  makeReaction();
  const turn = first as Turn;
  first = turn.next;
  turn.next = undefined;
  if (first === undefined) last = undefined;
  else react();
  turn.take();
}

makeReaction();
