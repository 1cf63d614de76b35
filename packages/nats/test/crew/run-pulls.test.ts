// For which jobs a crew pulls from RUN, on a link that keeps what it was told.

import { describe, expect, it } from "@jest/globals";

import { RunPulls } from "../../src/crew/run-pulls.js";
import type { Link } from "../../src/server/link.js";

type Callback = (error: null, message: unknown) => void;

class Bench {
  /** How many messages each pull asks for, and for how long. */
  readonly asked: [batch: number, ms: number][] = [];
  readonly told: string[] = [];
  mayLook = true;
  readonly pulls: RunPulls;
  readonly #inboxes: string[] = [];
  readonly #lanes = new Map<string, Callback>();
  readonly #last = new Set<() => void>();

  constructor() {
    const link = {
      connection: {
        subscribe: (subject: string, { callback }: { callback: Callback }) => {
          this.#lanes.set(subject.slice(0, -1), callback);
          return { drain: () => Promise.resolve(), unsubscribe: () => undefined };
        },
      },
      say: (_: string, text: string, inbox: string) => {
        const { batch, expires } = JSON.parse(text) as { batch: number; expires: number };
        this.asked.push([batch, expires / 1e6]);
        this.#inboxes.push(inbox);
      },
      atEnd: (fn: () => void) => this.#last.add(fn),
      flush: () => undefined,
    } as unknown as Link;
    this.pulls = new RunPulls(link, "RUN", {
      pulled: ({ seq }, isLeft) => this.told.push(isLeft ? `${seq} left` : String(seq)),
      ended: () => this.told.push("end"),
      refused: () => this.told.push("refused"),
      mayLook: () => this.mayLook,
    });
  }

  /** The turn ends. */
  turn(): void {
    for (const fn of this.#last) fn();
    this.#last.clear();
  }

  /** The nth pull gets a message. */
  deliver(nth: number, seq: number, deliveries = 1): void {
    const reply = `$JS.ACK.RUN.chankit.${deliveries}.${seq}.${seq}.0.0`;
    this.#tell(nth, { subject: "run", data: new Uint8Array(1), reply });
  }

  /** The nth pull gets a status. */
  status(nth: number, code: number): void {
    const data = new Uint8Array();
    this.#tell(nth, { subject: this.#inboxes[nth - 1], data, headers: { code } });
  }

  #tell(nth: number, message: unknown): void {
    const inbox = this.#inboxes[nth - 1] as string;
    this.#lanes.get(inbox.slice(0, inbox.lastIndexOf(".") + 1))?.(null, message);
  }
}

describe("pulls from RUN", () => {
  it("D6: are one for the jobs of a turn, and keep a worker for each from the first moment on", () => {
    const bench = new Bench();
    const moves = [bench.pulls.begin(true), bench.pulls.begin(true)] as const;
    expect(bench.pulls.begin(false)).toBeUndefined();
    expect([bench.pulls.owed, bench.asked]).toEqual([2, []]);
    bench.turn();
    expect([bench.pulls.owed, bench.asked]).toEqual([2, [[2, 500]]]);
    for (const move of moves) bench.pulls.end(move!);
    bench.deliver(1, 10);
    bench.deliver(1, 11, 2);
    expect([bench.pulls.owed, bench.told]).toEqual([0, ["10", "11 left"]]);
  });

  it("D6: are none for a job that could not be moved", () => {
    const bench = new Bench();
    bench.pulls.end(bench.pulls.begin(true)!);
    bench.turn();
    expect([bench.pulls.owed, bench.asked]).toEqual([0, []]);
  });

  it("D3: look for what was left, and keep no worker for that, one at a time", () => {
    const bench = new Bench();
    bench.pulls.look();
    bench.pulls.look();
    expect([bench.pulls.owed, bench.asked]).toEqual([0, [[1, 100]]]);
    bench.status(1, 408);
    bench.mayLook = false;
    bench.pulls.look();
    expect([bench.asked.length, bench.told]).toEqual([1, ["end"]]);
    bench.mayLook = true;
    bench.pulls.look();
    bench.deliver(2, 10);
    expect([bench.pulls.owed, bench.told]).toEqual([0, ["end", "10 left"]]);
  });

  it("D6: take a look that waits for a job that is moved, and what is not needed for a look", () => {
    const bench = new Bench();
    bench.pulls.look();
    const move = bench.pulls.begin(false)!;
    expect(bench.pulls.owed).toBe(1);
    bench.pulls.giveUp(move);
    bench.pulls.end(move);
    expect(bench.pulls.owed).toBe(0);

    const moves = [bench.pulls.begin(true)!, bench.pulls.begin(true)!] as const;
    bench.turn();
    expect([bench.pulls.owed, bench.asked]).toEqual([2, [...bench.asked.slice(0, 1), [1, 500]]]);
    bench.status(1, 408);
    bench.deliver(2, 10);
    // Whatever has come: there is no pull of it any more.
    bench.pulls.giveUp(moves[1]);
    expect(bench.pulls.owed).toBe(1);
  });

  it("D3: are made again for jobs that are still being moved; for others a look is", () => {
    const bench = new Bench();
    const moves = [1, 2, 3].map(() => bench.pulls.begin(true)!);
    bench.turn();
    bench.pulls.end(moves[0]!);
    bench.deliver(1, 10);
    bench.status(1, 408);
    expect([bench.pulls.owed, bench.asked]).toEqual([
      2,
      [
        [3, 500],
        [2, 500],
      ],
    ]);
    bench.pulls.giveUp(moves[1]!);
    bench.pulls.end(moves[1]!);
    bench.pulls.end(moves[2]!);
    expect(bench.pulls.owed).toBe(1);
    // One did not come, and that it did not is not known.
    bench.status(2, 408);
    expect([bench.pulls.owed, bench.asked.slice(2)]).toEqual([0, [[1, 100]]]);
  });

  it("D3: that were given up and find something go on looking", () => {
    const bench = new Bench();
    const move = bench.pulls.begin(true)!;
    bench.turn();
    bench.pulls.giveUp(move);
    bench.pulls.end(move);
    bench.pulls.look();
    expect(bench.asked).toHaveLength(1);
    bench.deliver(1, 10);
    expect([bench.pulls.owed, bench.told]).toEqual([0, ["10 left"]]);
  });

  it("D5: are forgotten with the connection; what comes to one all the same counts for none", async () => {
    const bench = new Bench();
    bench.pulls.begin(true);
    bench.turn();
    bench.pulls.reset();
    expect(bench.pulls.owed).toBe(0);
    bench.deliver(1, 10);
    bench.pulls.begin(true);
    await bench.pulls.cancel();
    bench.turn();
    expect([bench.pulls.owed, bench.asked.length, bench.told]).toEqual([0, 1, ["10"]]);
  });
});
