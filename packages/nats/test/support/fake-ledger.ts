// A ledger in memory: what a server does with entries, their subjects and their ids.

import { fromFrame, toFrame } from "../../src/codec/frame.js";
import type { Ledger, Written } from "../../src/server/ledger.js";
import { Names } from "../../src/server/names.js";
import type { Pulled } from "../../src/server/puller.js";

interface Entry {
  readonly stream: string;
  readonly subject: string;
  readonly data: Uint8Array;
}

export class FakeLedger {
  readonly names = new Names("p");
  /** Their places are their sequences, all streams together. */
  readonly entries: Entry[] = [];
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

  head(stream: string, at: string | number): Promise<unknown> {
    const entry = typeof at === "string" ? this.#find(stream, at) : this.entries[at - 1];
    return Promise.resolve(entry && fromFrame(entry.data).head);
  }

  #find(stream: string, subject: string): Entry | undefined {
    return this.entries.find((entry) => entry.stream === stream && entry.subject === subject);
  }
}

/** A message of WAIT, and how often it was acknowledged. */
export function waiting(seq: number, id: string, at: number): Pulled & { acks: number } {
  const message = {
    seq,
    at,
    data: toFrame({ id, task: "echo", kind: "json" }, new TextEncoder().encode("1")),
    acks: 0,
    ack(): void {
      this.acks++;
    },
  };
  return message as unknown as Pulled & { acks: number };
}
