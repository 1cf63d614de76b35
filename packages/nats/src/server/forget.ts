// Forgets what is told, `dedupe` ms later. Any process that has the pool open or serves it does that;
// the one that does says so, and the others let it be for that time.
//
// Of a job that is told there are left: its entry in RUN, that in DONE, and that in TOLD; and the job itself in WAIT, if
// its crew died before it could acknowledge it. WAIT goes first, since a crew that got it from there and found no fate
// would run it again. The others go in this order, so that what is left at any time, should this process die, still leads to
// the rest; and so that no crew finds a fate whose result has been forgotten.
//
// How old an entry is, is not read off a clock, of which each machine has another: what was there at a look
// `dedupe` ms ago is old enough. The newest entry of each stream stays: it keeps the count (tally.ts).
//
// What a killed server brings back of it goes, too: see ghosts.ts.

import { fromFrame } from "../codec/frame.js";
import { isAbout, numberAt } from "./fate.js";
import { dropGhosts, floorOf } from "./ghosts.js";
import { Hint, say } from "./hint.js";
import type { FateHead, Ledger, ToldHead } from "./ledger.js";
import { numberIn } from "./names.js";
import { waitingIn } from "./waiting.js";

/** How many jobs are forgotten at a time. */
const BATCH = 200;
const SHORTEST_MS = 200;
const LONGEST_MS = 5000;

/** A job that was told: its number, and its entry in RUN. */
interface Told {
  readonly number: number;
  readonly run: number;
}

/** Forgets what is told about the jobs of a pool. */
export class Forgetting {
  readonly #ledger: Ledger;
  readonly #dedupe: number;
  readonly #every: number;
  readonly #swept: Hint;
  /** How many were told at what time, the oldest first. */
  #looks: { readonly told: number; readonly at: number }[] = [];
  #hasEnded = false;

  constructor(ledger: Ledger, dedupe: number) {
    this.#ledger = ledger;
    this.#dedupe = dedupe;
    this.#every = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, dedupe / 4));
    this.#swept = new Hint(ledger, "swept");
    void this.#run();
  }

  /** Forgets no more. */
  end(): void {
    this.#hasEnded = true;
    this.#swept.end();
  }

  async #run(): Promise<void> {
    for (;;) {
      // Each waits for another time, so that the first one spares the others the work.
      const isDoneByOther = await this.#swept.next(this.#every * (1 + Math.random() / 2));
      if (this.#hasEnded) return;
      try {
        if (!isDoneByOther) await this.#sweep();
        else await this.#look();
      } catch {
        // The server is away, or the pool is gone: those that have it open learn that elsewhere.
      }
      if (this.#isEnded()) return;
    }
  }

  #isEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many were told by now, and how many of them so long ago that they are forgotten. */
  async #look(): Promise<{ readonly first: number; readonly old: number }> {
    const { names } = this.#ledger;
    const { state } = await this.#ledger.info(names.told);
    const now = performance.now();
    const isOld = ({ at }: { readonly at: number }): boolean => now - at >= this.#dedupe;
    const old = this.#looks.findLast(isOld);
    // Those before it say less.
    this.#looks = this.#looks.filter((look) => look === old || !isOld(look));
    this.#looks.push({ told: state.last_seq, at: now });
    return { first: state.first_seq, old: Math.min(old?.told ?? 0, state.last_seq - 1) };
  }

  async #sweep(): Promise<void> {
    const { first, old } = await this.#look();
    await dropGhosts(this.#ledger);
    for (let from = first; from <= old && !this.#hasEnded; from += BATCH) {
      say(this.#ledger, "swept");
      const isDone = await this.#forget(from, Math.min(old, from + BATCH - 1));
      if (!isDone) return;
    }
  }

  /** Forgets the jobs with these entries in TOLD; `false` if what comes behind is to stay. */
  async #forget(from: number, to: number): Promise<boolean> {
    const { names } = this.#ledger;
    const seqs = Array.from({ length: to - from + 1 }, (_, i) => from + i);
    const entries = await Promise.all(seqs.map((seq) => this.#ledger.read(names.told, seq)));
    const told = entries.filter((entry) => entry !== undefined);
    const jobs = told.map(({ subject, data }) => ({
      ...fromFrame<ToldHead>(data).head,
      number: numberAt(numberIn(subject)),
    }));
    // What a shutdown has claimed it must be able to tell again.
    if (jobs.some(({ how }) => how === "unread")) return false;

    await this.#dropFromWait(jobs);
    await this.#dropFromRun(jobs.map(({ run }) => run));
    // None at one go: an older server would forget what of it is in the hands of readers.
    const { last_seq } = (await this.#ledger.info(names.done)).state;
    const done = jobs.map((job) => job.done).filter((seq) => seq < last_seq);
    await Promise.all(done.map((seq) => this.#ledger.erase(names.done, seq)));
    await this.#ledger.call((manager) => manager.streams.purge(names.told, { seq: to + 1 }));
    return true;
  }

  /** Deletes of these jobs what WAIT still has. It has little: what waits has higher numbers. */
  async #dropFromWait(jobs: readonly Told[]): Promise<void> {
    const { names } = this.#ledger;
    const floor = await floorOf(this.#ledger, names.wait);
    const numbers = jobs.map(({ number }) => number);
    const last = Math.max(...numbers);
    const first = Math.max(floor + 1, Math.min(...numbers));
    for await (const job of waitingIn(this.#ledger, first, last)) {
      for (const { run } of jobs.filter(({ number }) => number === job.seq)) {
        const fate = await this.#ledger.head<FateHead>(names.run, run);
        if (fate !== undefined && isAbout(fate, job)) await this.#ledger.erase(names.wait, job.seq);
      }
    }
  }

  /** Deletes these entries of RUN: at one go those in front, one by one those behind what is to stay. */
  async #dropFromRun(seqs: readonly number[]): Promise<void> {
    const { run } = this.#ledger.names;
    const { state } = await this.#ledger.info(run);
    const sorted = seqs.filter((seq) => seq < state.last_seq).sort((a, b) => a - b);
    let next = state.first_seq;
    let inFront = 0;
    for (const seq of sorted) {
      if (seq > next) break;
      if (seq === next) next++;
      inFront++;
    }
    if (next > state.first_seq) {
      await this.#ledger.call((manager) => manager.streams.purge(run, { seq: next }));
    }
    await Promise.all(sorted.slice(inFront).map((seq) => this.#ledger.erase(run, seq)));
  }
}
