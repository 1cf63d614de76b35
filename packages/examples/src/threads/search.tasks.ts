// What the threads of search.ts do.

import { createHash } from "node:crypto";

import { serve, type TaskContext } from "@chankit/threads";

export function digestOf(text: string, nonce: number): string {
  return createHash("sha256").update(`${text} ${nonce}`).digest("hex");
}

export const tasks = serve({
  /** Looks for a number with which the digest begins with zeros: at `from`, and each `step` further. */
  search({ text, zeros, from, step }: Search, context: TaskContext): number | undefined {
    const wanted = "0".repeat(zeros);
    for (let nonce = from; ; nonce += step) {
      if (digestOf(text, nonce).startsWith(wanted)) return nonce;
      // A loop that never waits sees that it is not needed any more: the flag is in shared memory.
      if (context.aborted) return undefined;
    }
  },
});

export interface Search {
  readonly text: string;
  readonly zeros: number;
  readonly from: number;
  readonly step: number;
}
