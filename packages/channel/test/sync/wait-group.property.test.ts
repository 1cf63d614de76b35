import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import "../support/at-once.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { numRuns } from "../model/always.js";
import { microtask } from "../support/microtask.js";
import { expectSame } from "../../../../tools/testing/same.js";

type Act =
  | { readonly do: "add"; readonly n: number }
  | { readonly do: "done" | "tick" }
  | { readonly do: "wait" | "abort"; readonly signal: number };

const signal = fc.nat(3);
const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant("add" as const), n: fc.integer({ min: -3, max: 3 }) }),
    fc.constant({ do: "done" as const }),
    fc.constant({ do: "tick" as const }),
    fc.record({ do: fc.constant("wait" as const), signal }),
    fc.record({ do: fc.constant("abort" as const), signal }),
  ),
  { maxLength: 1000, size: "max" },
);

/** A group, and what it should do. */
class Run {
  readonly #group = new WaitGroup();
  readonly #aborts = Array.from({ length: 4 }, () => new AbortController());
  readonly #ended: string[] = [];
  #count = 0;
  #waiting: { readonly id: number; readonly signal: number }[] = [];
  readonly #shouldHaveEnded: string[] = [];

  async act(act: Act, id: number): Promise<void> {
    if (act.do === "add") this.#add(act.n, () => this.#group.add(act.n));
    else if (act.do === "done") this.#add(-1, () => this.#group.done());
    else if (act.do === "wait") this.#wait(id, act.signal);
    else if (act.do === "abort") this.#abort(act.signal);
    else await microtask();

    expectSame(this.#group.count, this.#count);
    if (act.do === "tick") expectSame(this.#ended, this.#shouldHaveEnded);
  }

  #add(n: number, add: () => void): void {
    if (this.#count + n < 0) {
      expect(add).toThrow(new RangeError("negative WaitGroup counter"));
      return;
    }
    add();
    this.#count += n;
    if (this.#count === 0) this.#end("done", () => true);
  }

  #wait(id: number, signal: number): void {
    void this.#group.wait(this.#aborts[signal]).then(
      () => this.#ended.push(`${id} done`),
      () => this.#ended.push(`${id} aborted`),
    );
    this.#waiting.push({ id, signal });
    if (this.#count === 0) this.#end("done", () => true);
  }

  #abort(signal: number): void {
    this.#aborts[signal]!.abort();
    this.#aborts[signal] = new AbortController();
    this.#end("aborted", (one) => one.signal === signal);
  }

  #end(how: string, whose: (one: { readonly signal: number }) => boolean): void {
    const ended = this.#waiting.filter(whose);
    this.#waiting = this.#waiting.filter((one) => !whose(one));
    this.#shouldHaveEnded.push(...ended.map(({ id }) => `${id} ${how}`));
  }
}

describe("WaitGroup", () => {
  it("W1: `count` is what was added less what was done; waits end, in order, when it is 0", async () => {
    const property = fc.asyncProperty(acts, async (program) => {
      const run = new Run();
      for (const [id, act] of program.entries()) await run.act(act, id);
    });

    await fc.assert(property, { numRuns });
  });
});
