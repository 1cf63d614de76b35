// A ledger in memory: what a server does with entries, their subjects and their ids.

import { toFrame } from "../../src/codec/frame.js";
import type { Ledger, Written } from "../../src/server/ledger.js";
import { Names } from "../../src/server/names.js";
import type { Waiting } from "../../src/server/waiting.js";

interface Entry {
  readonly stream: string;
  readonly subject: string;
  readonly data: Uint8Array;
}

/** In the place of an entry that is no more. */
const FORGOTTEN: Entry = { stream: "", subject: "", data: new Uint8Array() };

export class FakeLedger {
  readonly names = new Names("p");
  /** Their places are their sequences, all streams together. */
  readonly entries: Entry[] = [];
  /** What WAIT holds, by number. */
  readonly held = new Map<number, Waiting>();
  readonly #ids = new Map<string, number>();

  /** As what it is used for. */
  get ledger(): Ledger {
    return this as unknown as Ledger;
  }

  /** The subjects of a stream, without the name of the pool. */
  subjects(stream: "run" | "side"): readonly string[] {
    return this.entries
      .filter((entry) => entry.stream === this.names[stream])
      .map(({ subject }) => subject.slice("chankit.p.".length));
  }

  write(
    stream: string,
    subject: string,
    head: object,
    parts: readonly Uint8Array[] = [],
    id?: string,
  ): Promise<Written> {
    const known = id === undefined ? undefined : this.#ids.get(id);
    if (known !== undefined) return Promise.resolve({ seq: known, outcome: "duplicate" });
    if (this.#find(stream, subject) !== undefined) {
      return Promise.resolve({ seq: 0, outcome: "taken" });
    }
    const seq = this.entries.push({ stream, subject, data: toFrame(head, ...parts) });
    if (id !== undefined) this.#ids.set(id, seq);
    return Promise.resolve({ seq, outcome: "written" });
  }

  read(stream: string, at: string | number): Promise<unknown> {
    if (stream === this.names.wait) {
      const job = this.held.get(at as number);
      return Promise.resolve(job && { timestamp: new Date(job.at).toISOString() });
    }
    const entry = typeof at === "string" ? this.#find(stream, at) : this.entries[at - 1];
    if (entry === undefined || entry === FORGOTTEN) return Promise.resolve(undefined);
    return Promise.resolve({ ...entry, seq: this.entries.indexOf(entry) + 1 });
  }

  /** What was written in RUN is forgotten, but its ids are known for longer. */
  forget(): void {
    for (const [i, { stream }] of this.entries.entries()) {
      if (stream === this.names.run) this.entries[i] = FORGOTTEN;
    }
  }

  #find(stream: string, subject: string): Entry | undefined {
    return this.entries.find((entry) => entry.stream === stream && entry.subject === subject);
  }
}

/** A job of WAIT. */
export function waiting(seq: number, id: string, at: number): Waiting {
  return {
    seq,
    at,
    data: toFrame({ id, task: "echo", kind: "json" }, new TextEncoder().encode("1")),
  };
}
