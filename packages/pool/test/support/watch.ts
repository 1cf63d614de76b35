/** What has become of a promise so far. */
export interface Outcome<T> {
  status: "pending" | "fulfilled" | "rejected";
  value: T | undefined;
  reason: unknown;
}

/** Watches a promise that a test does not await; a rejection counts as handled. */
export function watch<T>(promise: PromiseLike<T>): Outcome<T> {
  const outcome: Outcome<T> = { status: "pending", value: undefined, reason: undefined };
  promise.then(
    (value) => {
      outcome.status = "fulfilled";
      outcome.value = value;
    },
    (reason: unknown) => {
      outcome.status = "rejected";
      outcome.reason = reason;
    },
  );
  return outcome;
}

/** Watches several promises. */
export function watchAll(...promises: readonly PromiseLike<unknown>[]): Outcome<unknown>[] {
  return promises.map((promise) => watch(promise));
}

/** Their statuses. */
export function statuses(outcomes: readonly Outcome<unknown>[]): string[] {
  return outcomes.map(({ status }) => status);
}
