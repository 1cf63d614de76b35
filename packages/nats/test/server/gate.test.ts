// The way into WAIT, against a server that is a few numbers.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { Gate, type Message } from "../../src/server/gate.js";
import type { Ledger } from "../../src/server/ledger.js";

/** What of the server counts here. */
class FakeServer {
  /** The last sequences of WAIT and RUN. */
  wait = 0;
  run = 0;
  readonly ids = new Map<string, number>();
  /** How many WAIT holds: it counts only where that is none. */
  messages = 0;
  sent = 0;
  purges = 0;
  refusal = (): string => `wrong last sequence: ${this.compared}`;
  /** What a condition is compared with: a server does not notice that a purge has put a stream forward. */
  #unnoticed: number | undefined;
  readonly #turn: () => Promise<void>;

  constructor(turn: () => Promise<void> = () => Promise.resolve()) {
    this.#turn = turn;
  }

  get compared(): number {
    return this.#unnoticed ?? this.wait;
  }

  get ledger(): Ledger {
    const info = async (stream: "wait" | "run"): Promise<unknown> => {
      await this.#turn();
      const last_seq = this[stream];
      await this.#turn();
      return { state: { last_seq, messages: this.messages } };
    };
    const purge = async (_: "wait", { seq }: { readonly seq: number }): Promise<void> => {
      await this.#turn();
      this.#unnoticed ??= this.wait;
      this.wait = Math.max(this.wait, seq - 1);
      this.purges++;
    };
    const call = <T>(fn: (manager: unknown) => Promise<T>): Promise<T> =>
      fn({ streams: { purge } });
    return { names: { wait: "wait", run: "run" }, info, call } as unknown as Ledger;
  }

  readonly send = async ({ msgID }: Message, last: number): Promise<{ readonly seq: number }> => {
    this.sent++;
    await this.#turn();
    const known = this.ids.get(msgID);
    const isNext = last === this.compared;
    if (known === undefined && isNext) {
      this.ids.set(msgID, ++this.wait);
      this.#unnoticed = undefined;
    }
    const seq = known ?? this.wait;
    const error = Object.assign(new Error(this.refusal()), { code: 10071 });
    await this.#turn();
    if (known === undefined && !isNext) throw error;
    return { seq };
  };

  put(gate: Gate, msgID: string, isNew = true): Promise<boolean> {
    return gate.put({ msgID, frame: new Uint8Array() }, isNew, this.send, () => undefined);
  }
}

describe("the way into WAIT", () => {
  it("D2: never lets in more than may wait, however many send at a time", async () => {
    const trial = async (s: fc.Scheduler, queueSize: number, gates: number): Promise<void> => {
      const server = new FakeServer(() => s.schedule(Promise.resolve()));
      const all = Array.from({ length: gates }, () => new Gate(server.ledger, queueSize));
      const accepted: string[] = [];
      const putting = all.map(async (gate, i) => {
        for (let n = 0; n < 5; n++) {
          const id = `${i}.${n}`;
          if (await server.put(gate, id)) accepted.push(id);
          expect(server.wait - server.run).toBeLessThanOrEqual(queueSize);
          // A crew takes one now and then.
          if (n % 2 === 1 && server.run < server.wait) server.run++;
        }
      });
      await s.waitFor(Promise.all(putting));
      expect(accepted.sort()).toEqual([...server.ids.keys()].sort());
    };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        trial,
      ),
    );
  });

  it("D3: asks about a new job also where there is no room: its id may be known; and not again", async () => {
    const server = new FakeServer();
    const gate = new Gate(server.ledger, 1);
    expect(await server.put(gate, "a")).toBe(true);
    expect(await server.put(gate, "a")).toBe(true);
    expect(await server.put(gate, "b")).toBe(false);
    expect(server.sent).toBe(3);
    expect(await server.put(gate, "b", false)).toBe(false);
    expect(server.sent).toBe(3);
    server.run = 1;
    expect(await server.put(gate, "b", false)).toBe(true);
  });

  it("D4: begins anew with a pool that was made anew", async () => {
    const server = new FakeServer();
    const gate = new Gate(server.ledger, 2);
    server.wait = server.run = 50;
    expect(await server.put(gate, "a")).toBe(true);
    server.wait = server.run = 0;
    const answers = [];
    for (const id of ["b", "c", "d"]) answers.push(await server.put(gate, id));
    expect(answers).toEqual([true, true, false]);
  });

  it("D5: puts WAIT forward if a killed server has forgotten where it ended: no number is given twice", async () => {
    const server = new FakeServer();
    const known = new Gate(server.ledger, 2);
    server.wait = server.run = 50;
    expect(await server.put(known, "a")).toBe(true);
    server.run = 51;
    server.wait = 0;
    // One that knew where it ended, and one that did not.
    for (const gate of [known, new Gate(server.ledger, 2)]) {
      expect(await server.put(gate, String(server.wait))).toBe(true);
    }
    expect([server.wait, server.purges]).toEqual([53, 1]);
    expect(await server.put(known, "d")).toBe(false);
  });

  it("D5: takes away nothing if WAIT holds jobs", async () => {
    const server = new FakeServer();
    server.run = 5;
    server.wait = 3;
    server.messages = 1;
    expect(await server.put(new Gate(server.ledger, 2), "a")).toBe(true);
    expect([server.wait, server.purges]).toEqual([4, 0]);
  });

  it("D5: takes away nothing if a pool is made anew between two answers", async () => {
    const server = new FakeServer();
    server.wait = server.run = 50;
    const { ledger } = server;
    const anew = {
      ...(ledger as object),
      info: (...args: Parameters<Ledger["info"]>) => {
        if (args[0] === "wait" && server.run === 50) server.wait = server.run = 0;
        return ledger.info(...args);
      },
    } as unknown as Ledger;
    expect(await server.put(new Gate(anew, 2), "a")).toBe(true);
    expect([server.wait, server.purges]).toEqual([1, 0]);
  });

  it("D2: asks where WAIT ends if a refusal does not tell", async () => {
    const server = new FakeServer();
    const gate = new Gate(server.ledger, 5);
    expect(await server.put(gate, "a")).toBe(true);
    server.wait = 3;
    server.refusal = () => "no";
    expect(await server.put(gate, "b")).toBe(true);
    expect(server.wait).toBe(4);
  });

  it("D5: hands on what else goes wrong", async () => {
    const server = new FakeServer();
    const gate = new Gate(server.ledger, 5);
    const message = { msgID: "a", frame: new Uint8Array() };
    const send = (): Promise<never> => Promise.reject(new Error("gone"));
    await expect(gate.put(message, true, send, () => undefined)).rejects.toThrow("gone");
  });
});
