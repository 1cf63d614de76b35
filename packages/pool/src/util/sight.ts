// The cell through which others see what pools do: it is empty, and nothing is paid, until
// `@chankit/pool/diagnostics` or `@chankit/channel/debug` is loaded. It stands in the global object, by a
// symbol of the registry, so that these find it whichever is loaded first, in a bundle, and in each of
// several copies of the package.
//
// Invariant: what is told there is only looked at.

/** A run of a job, or of a submitted function. */
export interface JobRun {
  readonly pool: object;
  /** The job; nothing for a function. */
  readonly job: unknown;
  readonly worker: number;
  /** 1 for the first try. */
  readonly attempt: number;
}

/** What may become of a pool. */
export type PoolEvent = "open" | "close" | "stop" | "abort" | "shutdown" | "terminated" | "resize";

/** What looks at pools. It changes nothing, and throws nothing. */
export interface PoolSight {
  /** Something has become of a pool. */
  tell(pool: object, event: PoolEvent): void;
  /** Calls `run`, which is the run of a job, and gives what it gives. */
  run(job: JobRun, run: () => unknown): unknown;
  /** The run has ended: later than it has returned, if it `wasAsync`. */
  ended(job: JobRun, failed: boolean, outcome: unknown, wasAsync: boolean): void;
}

/** The cell. */
export interface PoolCell {
  watch: PoolSight | undefined;
}

const cells = globalThis as unknown as Record<symbol, PoolCell | undefined>;

/** The cell of all pools. */
export const cell: PoolCell = (cells[Symbol.for("@chankit/pool")] ??= { watch: undefined });

/**
 * Says that `parts` are those of `pool`: reports (`@chankit/channel/debug`) then tell the pool instead of
 * them. See there.
 */
export function makePartsOf(pool: object, parts: readonly object[]): void {
  for (const part of parts) {
    Object.defineProperty(part, Symbol.for("@chankit/channel/part-of"), { value: pool });
  }
}
