// A server as the way into WAIT sees it: the jobs that WAIT holds, where it ends, and how many have left it.

import { type Answer, Gate, type Message, type SendAll } from "../../src/server/gate.js";
import type { Ledger } from "../../src/server/ledger.js";
import type { Conditions } from "../../src/server/conditions.js";
import type { Stored } from "../../src/server/wire.js";

const noCheck = (): void => undefined;

export class FakeWait {
  /** The last sequences of WAIT and RUN. */
  wait = 0;
  run = 0;
  /** What WAIT holds, by number. */
  readonly held = new Map<number, string>();
  readonly ids = new Map<string, number>();
  sent = 0;
  purges = 0;
  refusal = (): string => `wrong last sequence: ${this.compared}`;
  /** Called when a stream is asked about, before it answers. */
  asked: (stream: "wait" | "run") => void = () => undefined;
  /** Whether the answer to messages that were sent together does not arrive. */
  isLost = (): boolean => false;
  #lastID: string | undefined;
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
      this.asked(stream);
      const state = { last_seq: this[stream], messages: this.held.size };
      await this.#turn();
      return { state };
    };
    const purge = async (_: "wait", { seq }: { readonly seq: number }): Promise<void> => {
      await this.#turn();
      for (const held of [...this.held.keys()]) if (held < seq) this.held.delete(held);
      this.#unnoticed ??= this.wait;
      this.wait = Math.max(this.wait, seq - 1);
      this.purges++;
    };
    const call = <T>(fn: (manager: unknown) => Promise<T>): Promise<T> =>
      fn({ streams: { purge } });
    return { names: { wait: "wait", run: "run" }, info, call } as unknown as Ledger;
  }

  /** A job leaves WAIT, the oldest if none is named. */
  leave(id = [...this.held.values()][0]): void {
    for (const [number, held] of this.held) if (held === id) this.held.delete(number);
    this.run++;
  }

  /** A kill, after which the server has forgotten where WAIT ended. */
  forget(): void {
    this.wait = Math.max(0, ...this.held.keys());
  }

  /** A kill, or a process that stays away for long: what was known of this many jobs. */
  setBoth(count: number): void {
    this.held.clear();
    this.wait = this.run = count;
  }

  readonly send = async ({ msgID }: Message, conditions: Conditions): Promise<Stored> => {
    this.sent++;
    const { lastSequence, lastMsgID } = conditions;
    await this.#turn();
    const known = this.ids.get(msgID);
    const isNext = lastSequence === this.compared;
    const isBehind = lastMsgID === undefined || lastMsgID === this.#lastID;
    if (known === undefined && isNext && isBehind) {
      this.ids.set(msgID, ++this.wait);
      this.held.set(this.wait, msgID);
      this.#lastID = msgID;
      this.#unnoticed = undefined;
      const stored = { seq: this.wait, duplicate: false };
      await this.#turn();
      return stored;
    }
    const error = isNext
      ? Object.assign(new Error(`wrong last msg ID: ${this.#lastID}`), { code: 10070 })
      : Object.assign(new Error(this.refusal()), { code: 10071 });
    await this.#turn();
    if (known === undefined) throw error;
    return { seq: known, duplicate: true };
  };

  /** One behind the other; what became of the last one is told, unless that `isLost`. */
  readonly sendAll: SendAll<Message> = async (messages) => {
    let last: Promise<Stored> | undefined;
    for (const [message, conditions] of messages) {
      last = this.send(message, conditions);
      await last.catch(() => undefined);
    }
    if (this.isLost()) throw new Error("no answer");
    return last as Promise<Stored>;
  };

  /** Whether all were taken; if not, there was no room for the first that was not. */
  async putAll(gate: Gate, msgIDs: readonly string[], isNew = true): Promise<boolean> {
    let rest = msgIDs.map((msgID) => ({ msgID, frame: new Uint8Array() }));
    while (rest.length > 0) {
      const room = await gate.room(noCheck);
      if (room === 0 && !isNew) return false;
      const answers = await gate.put(rest.slice(0, Math.max(1, room)), this.send, this.sendAll);
      const open = rest.filter((_, i) => (answers[i] ?? "again") !== "accepted");
      for (const answer of answers) throwIfWrong(answer);
      if (answers[0] === "full") return false;
      rest = open;
    }
    return true;
  }

  put(gate: Gate, msgID: string, isNew = true): Promise<boolean> {
    return this.putAll(gate, [msgID], isNew);
  }
}

function throwIfWrong(answer: Answer): void {
  if (typeof answer === "object") throw answer.error;
}
