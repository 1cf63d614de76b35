// Forgets what is told, `dedupe` ms later. Any process that has the pool open or serves it does that;
// the one that does says so, and the others let it be for that time.
//
// Of a job that is told there are left: its entry in RUN, that in DONE, and that in TOLD. They go in this
// order, so that what is left at any time, should this process die, still leads to the rest; and so that a
// crew never finds a job in RUN whose result has been forgotten.
//
// How old an entry is, is not read off a clock, of which each machine has another: what was there at a look
// `dedupe` ms ago is old enough. The newest entry of each stream stays: it keeps the count (tally.ts).
//
// A server that was killed brings back what was deleted in the last seconds. In WAIT that would take up
// room for ever, so what lies below the floor of its consumer goes, too; in RUN and DONE it is what lies
// in front and whose later entry is gone.

import { fromFrame } from "../codec/frame.js";
import { Hint, say } from "./hint.js";
import { CONSUMER } from "./layout.js";
import type { FateHead, Ledger, ToldHead } from "./ledger.js";
import { numberIn } from "./names.js";

/** How many jobs are forgotten at a time. */
const BATCH = 200;
const SHORTEST_MS = 200;
const LONGEST_MS = 5000;
/** How much is brought back at most is looked through at a time. */
const GHOSTS = 200;

/** Up to where a consumer has nothing to deliver any more; and the first and last entry of its stream. */
interface Floor {
  readonly floor: number;
  readonly first: number;
  readonly last: number;
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
    await this.#dropGhosts();
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
    const heads = told.map(({ data }) => fromFrame<ToldHead>(data).head);
    // What a shutdown has claimed it must be able to tell again.
    if (heads.some(({ how }) => how === "unread")) return false;

    const floor = (await this.#floorOf(names.wait)).floor;
    const stuck = told.map(({ subject }) => numberIn(subject)).filter((number) => number > floor);
    await Promise.all(stuck.map((number) => this.#ledger.erase(names.wait, number)));
    await this.#drop(
      names.run,
      heads.map(({ run }) => run),
    );
    await this.#drop(
      names.done,
      heads.map(({ done }) => done),
    );
    await this.#ledger.call((manager) => manager.streams.purge(names.told, { seq: to + 1 }));
    return true;
  }

  /** Deletes entries of a stream: at one go those in front, one by one those behind what is to stay. */
  async #drop(stream: string, seqs: readonly number[]): Promise<void> {
    const { state } = await this.#ledger.info(stream);
    const sorted = seqs.filter((seq) => seq < state.last_seq).sort((a, b) => a - b);
    let next = state.first_seq;
    let inFront = 0;
    for (const seq of sorted) {
      if (seq > next) break;
      if (seq === next) next++;
      inFront++;
    }
    if (next > state.first_seq) {
      await this.#ledger.call((manager) => manager.streams.purge(stream, { seq: next }));
    }
    await Promise.all(sorted.slice(inFront).map((seq) => this.#ledger.erase(stream, seq)));
  }

  async #floorOf(stream: string): Promise<Floor> {
    const { ack_floor } = await this.#ledger.call((manager) =>
      manager.consumers.info(stream, CONSUMER),
    );
    const { state } = await this.#ledger.info(stream);
    const first = state.messages === 0 ? Infinity : state.first_seq;
    return { floor: ack_floor.stream_seq, first, last: state.last_seq };
  }

  /** Deletes what a killed server has brought back. */
  async #dropGhosts(): Promise<void> {
    const { names } = this.#ledger;
    const wait = await this.#floorOf(names.wait);
    if (wait.first <= wait.floor) {
      await this.#ledger.call((manager) =>
        manager.streams.purge(names.wait, { seq: wait.floor + 1 }),
      );
    }
    await this.#dropGhostsOf(names.run, (number) => [names.done, names.subject("done", number)]);
    await this.#dropGhostsOf(names.done, (number) => [names.told, names.subject("told", number)]);
  }

  async #dropGhostsOf(
    stream: string,
    later: (number: number) => readonly [stream: string, subject: string],
  ): Promise<void> {
    const { floor, first, last } = await this.#floorOf(stream);
    const end = Math.min(floor, last - 1, first + GHOSTS);
    for (let seq = first; seq <= end; seq++) {
      const entry = await this.#ledger.read(stream, seq);
      if (entry === undefined) continue;
      const head = fromFrame<Partial<FateHead>>(entry.data).head;
      // A duplicate never has a result; nor has what was skipped, and then nothing comes any more.
      if (head.fate === "dup") continue;
      if (head.fate === "skip") return;
      if ((await this.#ledger.read(...later(numberIn(entry.subject)))) !== undefined) return;
      await this.#ledger.erase(stream, seq);
    }
  }
}
