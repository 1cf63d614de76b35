// What hashes the files: the workers of this process, or crews on other machines. The program around
// it is the same: see program.ts.

import type { Descriptors } from "./descriptors.js";
import type { Figures } from "./figures.js";
import type { Share } from "./threads.js";
import type { Found } from "./walk.js";

/** What became of a file. */
export type Hashed =
  | { readonly path: Buffer; readonly digest: string }
  | { readonly path: Buffer; readonly reason: unknown };

/** What an engine knows of its work. */
export type Work = Pick<Figures, "pool" | "bytes" | "begun" | "unread">;

/** See above. */
export interface Engine {
  /** How far it is, as far as is known. */
  readonly work: Work;
  /** How many files were given up; they are told as no others are. */
  readonly givenUp: number;
  /** What each thread has done, and last the main thread; none if there are no threads. */
  readonly shares?: readonly Share[] | undefined;

  /**
   * Hashes the files, and tells of each as it is done, waiting while it is told. Ends when the last is
   * told: the last that there is, or the last that was begun before {@link stop}.
   */
  hash(files: AsyncIterable<Found>, tell: (hashed: Hashed) => Promise<void>): Promise<void>;

  /** Asks how far it is, where it does not know by itself. */
  look?(): Promise<void>;

  /** What is in progress is finished, what waits is skipped. */
  stop(): void;

  /** What is in progress is given up as well. */
  giveUp(): void;

  /** Leaves nothing behind, at the end or after a failure. */
  end(): Promise<void>;
}

/**
 * Makes the engine, once it is known that there is a directory.
 *
 * @throws FatalError if it cannot be had.
 */
export type StartEngine = (descriptors: Descriptors) => Engine | Promise<Engine>;
