// What `map` gives to its caller.

import { gosched } from "@chankit/channel";

import { abortError } from "../util/abort.js";
import { provideDispose } from "../util/dispose.js";
import { type PoolErrors, rejectInTurn } from "../job/errors.js";
import { inspectable } from "../util/inspect.js";
import { checkFunction, checkSignal, type Job, type JobContext } from "../job/job.js";
import { type JobDefaults, type JobOptions, termsOf } from "../job/job-options.js";
import { isIterable, type Iterate } from "./source.js";
import { Mapping, type MapPool } from "./mapping.js";

/** Options of `map`: those of each of its functions, and whether results keep their order. */
export interface MapOptions extends JobOptions {
  /** Whether results come in the order of the source, as by default, or else in that of completion. */
  readonly ordered?: boolean | undefined;
}

/** The results of a `map`. Each `next` costs a promise. */
export class MapIterator<R> implements AsyncIterableIterator<R, undefined>, AsyncDisposable {
  readonly #mapping: Pick<Mapping<Job>, "read" | "leave">;
  #hasLeft = false;

  static {
    inspectable(this, "MapIterator", (iterator: MapIterator<unknown>) => ({
      left: iterator.#hasLeft,
    }));
  }

  constructor(mapping: Pick<Mapping<Job>, "read" | "leave">) {
    this.#mapping = mapping;
    provideDispose(MapIterator.prototype as MapIterator<R>, leave);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Gives the next result, or the end. The first call begins. */
  next(): Promise<IteratorResult<R, undefined>> {
    return this.#mapping.read() as Promise<IteratorResult<R, undefined>>;
  }

  /** Leaves: what runs is aborted, what waits withdrawn, and the source is told. */
  return(value?: PromiseLike<undefined>): Promise<IteratorReturnResult<undefined>> {
    this.#leave(abortError("the results of the map are not wanted any more"));
    return endWith(value);
  }

  /** Leaves, as `return` does, and rejects with `error`. */
  throw(error?: unknown): Promise<never> {
    this.#leave(error);
    return rejectInTurn(error);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return leave(this);
  }

  #leave(reason: unknown): void {
    this.#hasLeft = true;
    this.#mapping.leave(reason);
  }
}

/** A generator that delegates hands on what it is told to return. The event loop gets its turn when it is due. */
async function endWith(value: unknown): Promise<IteratorReturnResult<undefined>> {
  const turn = gosched();
  if (turn !== undefined) await turn;
  return { done: true, value: (await value) as undefined };
}

async function leave(iterator: MapIterator<unknown>): Promise<void> {
  await iterator.return();
}

/**
 * Begins nothing yet: the first `next` does.
 *
 * @throws TypeError or RangeError if something is not what `WorkerPool.map` says.
 */
export function map<J extends Job>(
  pool: MapPool<J>,
  source: unknown,
  fn: (value: never, context: JobContext) => unknown,
  options: MapOptions | undefined,
  defaults: JobDefaults,
  errors: PoolErrors,
): MapIterator<never> {
  if (!isIterable(source)) throw errors.argument("source must be iterable");
  checkFunction(fn, errors);
  const terms = termsOf<J>(options, defaults, errors);
  const signal = checkSignal(options?.signal, errors);
  const ordered: unknown = options?.ordered ?? true;
  if (typeof ordered !== "boolean") throw errors.argument("ordered must be a boolean");
  const checked = { source: source as Iterate<unknown>, fn, ordered, signal, terms };
  return new MapIterator<never>(new Mapping<J>(pool, checked));
}
