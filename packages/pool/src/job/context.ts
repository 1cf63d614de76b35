// What a running job is told. The signal is made when it is asked for: most jobs never ask.
//
// A job often hands its context on, as `{ ...context }`, which copies own properties only: so `signal` is
// one. To define it would take longer than all else that is done for a queued job, so what jobs get is a
// proxy that defines it as soon as its own properties are looked at.

import type { JobContext } from "./job.js";

/** Aborts the signal of a context, also for a job that asks for it later. */
export let abortContext: (context: Context, reason: unknown) => void;

/** What a running job is told. */
export class Context implements JobContext {
  readonly worker: number;
  readonly attempt: number;
  #controller: AbortController | undefined;

  static {
    // Not a method: the job holds the context, and would have it.
    abortContext = (context, reason) => {
      context.#controller ??= new AbortController();
      context.#controller.abort(reason);
    };
  }

  constructor(worker: number, attempt: number) {
    this.worker = worker;
    this.attempt = attempt;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }
}

/** The context as jobs get it: all of it are properties of its own. */
export function spreadable(context: Context): JobContext {
  return new Proxy(context, handler);
}

const handler: ProxyHandler<Context> = {
  // Not that of the proxy, which has no controller.
  get: (context, key) => Reflect.get(context, key) as unknown,
  ownKeys: (context) => Reflect.ownKeys(withSignal(context)),
  getOwnPropertyDescriptor: (context, key) =>
    Reflect.getOwnPropertyDescriptor(withSignal(context), key),
  preventExtensions: (context) => Reflect.preventExtensions(withSignal(context)),
};

const { get: signalOf } = Object.getOwnPropertyDescriptor(Context.prototype, "signal") as {
  readonly get: () => AbortSignal;
};

/** Gives the context its signal as a property of its own, unless it is frozen, and has it. */
function withSignal(context: Context): Context {
  if (Object.isExtensible(context)) {
    const get = () => signalOf.call(context);
    Object.defineProperty(context, "signal", { get, enumerable: true, configurable: true });
  }
  return context;
}
