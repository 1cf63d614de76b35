// A job of the page, and what is seen of its runs: spans of time, one a run, which the lanes draw.

import { after } from "@chankit/channel";
import type { Job, JobContext } from "@chankit/pool";

/** One run, from its start to its end; `end` is there once it has ended. Times are those of the platform's clock. */
export interface Span {
  readonly id: number;
  readonly worker: number;
  readonly start: number;
  /** When it is over unless it is aborted. */
  readonly due: number;
  end: number | undefined;
  outcome: "running" | "done" | "failed";
}

/** What an order is, before it is run. */
export interface Plan {
  readonly id: number;
  /** How long it takes, in milliseconds. */
  readonly ms: number;
  readonly fails: boolean;
}

/** The newest runs, at most `limit` of them. */
export class Spans {
  readonly #limit: number;
  #all: Span[] = [];

  constructor(limit = 500) {
    this.#limit = limit;
  }

  get all(): readonly Span[] {
    return this.#all;
  }

  begin(plan: Plan, worker: number): Span {
    const start = performance.now();
    const span: Span = {
      id: plan.id,
      worker,
      start,
      due: start + plan.ms,
      end: undefined,
      outcome: "running",
    };
    this.#all.push(span);
    // Now and then, since to drop one at a time would move all the others; what runs stays.
    if (this.#all.length >= 2 * this.#limit) {
      const recent = this.#all.length - this.#limit;
      this.#all = this.#all.filter(({ end }, i) => end === undefined || i >= recent);
    }
    return span;
  }

  end(span: Span, outcome: "done" | "failed"): void {
    span.end = performance.now();
    span.outcome = outcome;
  }
}

/** A job that takes its time, and may fail. It is told to give up by the signal of its run. */
export class Order implements Job {
  readonly plan: Plan;
  readonly #spans: Spans;

  constructor(plan: Plan, spans: Spans) {
    this.plan = plan;
    this.#spans = spans;
  }

  async run({ signal, worker }: JobContext): Promise<number> {
    const span = this.#spans.begin(this.plan, worker);
    try {
      await after(this.plan.ms).recv({ signal });
      if (this.plan.fails) throw new Error("failed, as the slider says");
      this.#spans.end(span, "done");
      return this.plan.id;
    } catch (reason) {
      this.#spans.end(span, "failed");
      throw reason;
    }
  }
}
