// The cell through which the debug entry sees what happens: it is empty, and nothing is paid, until that
// entry is loaded. The cell stands in the global object, by a symbol of the registry, so that the entry
// finds it whichever is loaded first, in a bundle, and in each of several copies of the package.
//
// Invariant: what is told there is only looked at. It changes no outcome, and nothing is thrown.

/** What the entry puts into the cell. All that it gets it takes for what it looks like, of whatever copy. */
export interface Sight {
  /**
   * `operation` begins to wait: for `subject`, which is what is behind a channel, or a group or the like, in
   * its `queue`; or, as a select, for the cases `subject`. It stands in no queue yet. Whatever ends the wait
   * calls its `leave`.
   */
  wait?: ((operation: object, subject: unknown, queue?: object) => void) | undefined;
  /**
   * Without waiting, that was done to the channel behind `port` for which one waits in its `queue`; or a
   * select has chosen to do so, and the second is what it gives; or it was closed, and there is no second.
   */
  did?: ((port: unknown, queueOrChosen?: object) => void) | undefined;
  /** See `tasks.ts`. */
  named?: (<T>(name: string, fn: () => T) => T) | undefined;
  main?: (<T>(fn: () => T) => T) | undefined;
}

const cells = globalThis as unknown as Record<symbol, Sight | undefined>;

/** The cell. */
export const sight: Sight = (cells[Symbol.for("chankit")] ??= {});
