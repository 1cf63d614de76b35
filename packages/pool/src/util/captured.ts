// Promises whose functions are taken from outside, by one executor for all of them: one of its own
// each would cost as much as a promise.

/** What settles a promise. */
export type Settle = (outcome: unknown) => void;

let resolveCaptured: Settle | undefined;
let rejectCaptured: Settle | undefined;

/** The executor: `new Promise(capture)`. What it captures has to be taken before any other code runs. */
export function capture(resolve: (value: never) => void, reject: Settle): void {
  resolveCaptured = resolve as Settle;
  rejectCaptured = reject;
}

/** What resolves the promise that was made last. */
export function capturedResolve(): Settle {
  return resolveCaptured as Settle;
}

/** What rejects it. */
export function capturedReject(): Settle {
  return rejectCaptured as Settle;
}

/** To be called then: what was captured holds the promise, and the async context of its making. */
export function releaseCaptured(): void {
  resolveCaptured = rejectCaptured = undefined;
}
