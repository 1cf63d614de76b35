// Runs a job on a worker, and writes what came of it:
//
//   the task is called, unless the job was tried too often       by a worker of the crew's WorkerPool
//   DONE done.<n>, FAIL fail.<n> if it failed                    then it is acknowledged
//   too many results are unread: the worker waits for a reader   as long as the pool is open
//
// Invariant: a job is acknowledged only after its result is written. So if this process dies before that,
// it is run again; and if it dies between the two, the next crew finds the result and does not run it.
//
// How often a job was run is told by its deliveries since it was begun first: those before count for nothing, since no
// crew had begun it.

import type { JobContext, WorkerPool } from "@chankit/pool";

import { GoneError } from "../errors.js";
import type { Settings } from "../options.js";
import { hasEnded, writeFailed } from "../server/ended.js";
import type { Fated } from "../server/fate.js";
import { say } from "../server/hint.js";
import type { DoneHead, Ledger } from "../server/ledger.js";
import type { Phase } from "../server/phase.js";
import { Room } from "./room.js";
import {
  callTask,
  contextOf,
  fulfilled,
  type Outcome,
  rejected,
  roomIn,
  type TaskRecord,
  toEntry,
} from "./tasks.js";

/** What a crew brings along. */
export interface Gang {
  readonly tasks: TaskRecord;
  readonly workers: WorkerPool;
  readonly size: number;
}

/** Runs the jobs of one pool in one process. */
export class Runner {
  /** Tells its crew from others. */
  readonly id: string = crypto.randomUUID().slice(0, 8);
  readonly #ledger: Ledger;
  readonly #settings: Settings;
  readonly #phase: Phase;
  readonly #tasks: TaskRecord;
  readonly #workers: WorkerPool;
  readonly #room: Room;

  constructor(ledger: Ledger, settings: Settings, phase: Phase, { tasks, workers }: Gang) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#phase = phase;
    this.#tasks = tasks;
    this.#workers = workers;
    this.#room = new Room(ledger, settings, phase);
  }

  /** The state of the pool has changed: workers may not have to wait for readers any more. */
  stir(): void {
    this.#room.stir();
  }

  /** No worker waits for readers any more. */
  end(): void {
    this.#room.end();
  }

  /**
   * Runs a job that was delivered so often, unless it has ended; resolves when its worker is free again. It calls
   * `ack` when the server may forget the job. Without that it is left to other crews, which get it when its lease ends.
   *
   * @throws GoneError if the pool was destroyed.
   */
  async run(job: Fated, deliveries: number, ack: () => void): Promise<void> {
    const { head, place } = job;
    if (!job.isNew) {
      if (await hasEnded(this.#ledger, place)) {
        ack();
        return;
      }
      // Its crew may be alive, though the server delivers it as if for the first time: after a kill it may have forgotten
      // that it had, and servers before 2.10.14 do so without. That crew renews the lease.
      if (deliveries === 1 && head.by !== this.id) return;
    }
    const { id, task, first } = head;
    const { retries } = this.#settings;
    const attempt = Math.max(1, deliveries - (first as number) + 1);
    // Those of dead processes, and those of its worker here.
    const before = Math.min(attempt, retries + 2) - 1;
    let attempts = before;
    const outcome =
      attempt > retries + 1
        ? rejected(lostError(retries))
        : await this.#outcome(task, (own) => {
            attempts = before + own.attempt;
            return callTask(this.#tasks, job, contextOf(own, attempts, id));
          });
    // There may be another pool of its name, with another job of this number.
    if (this.#phase.isGone) throw new GoneError();
    const entry = toEntry(job, attempts, outcome, roomIn(this.#ledger.link));
    const done = await this.#writeDone(place, entry.head, entry.parts);
    ack();
    if (!this.#phase.isOpen) say(this.#ledger, "end");
    await this.#room.wait(done);
  }

  #outcome(task: string, fn: (context: JobContext) => unknown): Promise<Outcome> {
    return this.#workers.submit(fn).then(
      (output) => fulfilled(task, output),
      (reason: unknown) => rejected(reason),
    );
  }

  /** Writes the result, unless another crew has: the first one stands. Gives its sequence, or 0. */
  async #writeDone(place: number, head: DoneHead, parts: readonly Uint8Array[]): Promise<number> {
    const { names } = this.#ledger;
    const subject = names.subject("done", place);
    const { outcome, seq } = await this.#ledger.write(names.done, subject, head, parts);
    if (outcome === "taken") await hasEnded(this.#ledger, place);
    else if (head.status === "rejected") await writeFailed(this.#ledger, place);
    return seq;
  }
}

function lostError(retries: number): Error {
  const runs =
    retries === 0 ? "1 run: its process died, or its lease ended" : `${retries + 1} runs`;
  const why = retries === 0 ? "" : ": each time its process died, or its lease ended";
  return new Error(`the job was given up after ${runs}${why}`);
}
