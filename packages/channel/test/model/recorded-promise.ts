// Promises without microtasks: while `recordPromises` runs, the package makes these instead, and a
// test sees what a call has settled, how, and in which order, as soon as the call returns. That
// makes a run of a million programs a matter of seconds.

/** Called whenever a promise is settled that did not come settled; also if it is settled again. */
type OnSettled = (promise: RecordedPromise) => void;

const onSettled: { current: OnSettled } = { current: () => undefined };

/** Stands in for `Promise`, as far as the package uses it. */
export class RecordedPromise {
  /** The number of the call that has made it. */
  op = -1;
  status: "pending" | "fulfilled" | "rejected" = "pending";
  value: unknown = undefined;

  constructor(executor: (resolve: (v: unknown) => void, reject: (r: unknown) => void) => void) {
    executor(
      (value) => this.#settle("fulfilled", value),
      (reason) => this.#settle("rejected", reason),
    );
  }

  static resolve(value: unknown): RecordedPromise {
    return new RecordedPromise(() => undefined).#become("fulfilled", value);
  }

  static reject(reason: unknown): RecordedPromise {
    return new RecordedPromise(() => undefined).#become("rejected", reason);
  }

  #settle(status: "fulfilled" | "rejected", value: unknown): void {
    this.#become(status, value);
    onSettled.current(this);
  }

  #become(status: "fulfilled" | "rejected", value: unknown): this {
    this.status = status;
    this.value = value;
    return this;
  }
}

/** Calls `listener` from now on. */
export function listen(listener: OnSettled): void {
  onSettled.current = listener;
}

/** Does `act`, which must be synchronous, with recorded promises instead of real ones. */
export function recordPromises<T>(act: () => T): T {
  const original = globalThis.Promise;
  const { stackTraceLimit } = Error;
  globalThis.Promise = RecordedPromise as unknown as PromiseConstructor;
  // No test looks at the stack of a `ChannelClosedError`, and it is what costs most.
  Error.stackTraceLimit = 0;
  try {
    return act();
  } finally {
    globalThis.Promise = original;
    Error.stackTraceLimit = stackTraceLimit;
  }
}
