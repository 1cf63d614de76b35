// Broadcast beside a model that is as simple as its contract, in random schedules. And with selects,
// whose choice among several receivers is open, the laws that hold whatever they choose.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { Broadcast, type Case, select, send, type Subscription } from "../../src/index.js";
import { pacing } from "../../src/loop/outcomes.js";
import { settle } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";
import { isFull } from "../../../../tools/testing/depth.js";
import { expectSame } from "../../../../tools/testing/same.js";

const numRuns = isFull ? 2000 : 100;

const OVERFLOWS = ["block", "dropOldest", "dropNewest"] as const;

/** How often a command does what. */
const weights = {
  subscribe: 2,
  unsubscribe: 1,
  send: 6,
  trySend: 2,
  recv: 6,
  tryRecv: 3,
  abort: 2,
};

interface Command {
  readonly does: keyof typeof weights;
  readonly which: number;
  readonly overflow: (typeof OVERFLOWS)[number];
}

const command = fc.record<Command>({
  does: fc.oneof(
    ...Object.entries(weights).map(([does, weight]) => ({
      weight,
      arbitrary: fc.constant(does as Command["does"]),
    })),
  ),
  which: fc.nat({ max: 11 }),
  overflow: fc.constantFrom("block", "block", ...OVERFLOWS),
});

/** What one subscriber has, in the model. */
interface Inbox {
  readonly cap: number;
  readonly overflow: Command["overflow"];
  readonly buffer: number[];
  /** The numbers of the operations that wait. */
  receivers: number[];
  isOpen: boolean;
  dropped: number;
}

/** What came of an operation, by its number: what was received, "sent", "closed", "nothing" or "aborted". */
type Outcomes = Map<number, unknown>;

class Model {
  readonly outcomes: Outcomes = new Map();
  readonly inboxes: Inbox[] = [];
  senders: { readonly id: number; readonly value: number }[] = [];

  subscribe(cap: number, overflow: Command["overflow"]): void {
    this.inboxes.push({ cap, overflow, buffer: [], receivers: [], isOpen: true, dropped: 0 });
  }

  trySend(value: number): boolean {
    const open = this.inboxes.filter(({ isOpen }) => isOpen);
    const canTake = ({ cap, overflow, buffer, receivers }: Inbox): boolean =>
      overflow !== "block" || buffer.length < cap || receivers.length > 0;
    if (!open.every(canTake)) return false;
    for (const inbox of open) {
      const { cap, overflow, buffer, receivers } = inbox;
      const receiver = receivers.shift();
      if (receiver !== undefined) this.outcomes.set(receiver, value);
      else if (buffer.length < cap) buffer.push(value);
      else {
        inbox.dropped++;
        if (overflow === "dropOldest") buffer.shift();
        if (overflow === "dropOldest") buffer.push(value);
      }
    }
    return true;
  }

  serve(): void {
    while (this.senders.length > 0 && this.trySend(this.senders[0]!.value)) {
      this.outcomes.set(this.senders.shift()!.id, "sent");
    }
  }

  recv(id: number, inbox: Inbox): void {
    if (inbox.buffer.length > 0) this.outcomes.set(id, inbox.buffer.shift());
    else if (!inbox.isOpen) this.outcomes.set(id, "closed");
    else inbox.receivers.push(id);
    this.serve();
  }

  /** Ends the wait of an operation. */
  withdraw(id: number, outcome: unknown): void {
    if (this.outcomes.has(id)) return;
    this.outcomes.set(id, outcome);
    this.senders = this.senders.filter((one) => one.id !== id);
    for (const inbox of this.inboxes) inbox.receivers = inbox.receivers.filter((one) => one !== id);
    this.serve();
  }

  unsubscribe(inbox: Inbox): void {
    inbox.isOpen = false;
    for (const id of inbox.receivers) this.outcomes.set(id, "closed");
    inbox.receivers = [];
    this.serve();
  }
}

/** Model and broadcast, in lockstep. */
class Run {
  readonly #model = new Model();
  readonly #real = new Broadcast<number>();
  readonly #subscriptions: Subscription<number>[] = [];
  readonly #outcomes: Outcomes = new Map();
  readonly #aborts: AbortController[] = [];
  #n = 0;

  perform({ does, which, overflow }: Command): void {
    const [model, real] = [this.#model, this.#real];
    const i = which % Math.max(this.#subscriptions.length, 1);
    const [inbox, subscription] = [model.inboxes[i], this.#subscriptions[i]];
    if (does === "subscribe") {
      const cap = overflow === "block" ? which % 3 : 1 + (which % 2);
      model.subscribe(cap, overflow);
      this.#subscriptions.push(real.subscribe(cap, { overflow }));
    } else if (does === "trySend") {
      const isSent = model.senders.length === 0 && model.trySend(this.#n);
      expectSame(real.trySend(this.#n++), isSent);
    } else if (does === "send") {
      const id = this.#begin((signal) => real.send(this.#n, { signal }).then(() => "sent"));
      model.senders.push({ id, value: this.#n++ });
      model.serve();
    } else if (does === "abort") {
      if (this.#aborts.length === 0) return;
      const id = which % this.#aborts.length;
      model.withdraw(id, "aborted");
      this.#aborts[id]?.abort("aborted");
    } else if (inbox === undefined || subscription === undefined) {
      return;
    } else if (does === "unsubscribe") {
      model.unsubscribe(inbox);
      subscription.unsubscribe();
    } else if (does === "recv") {
      const id = this.#begin((signal) => subscription.recv({ signal }).then(told));
      model.recv(id, inbox);
    } else {
      const id = this.#aborts.push(new AbortController()) - 1;
      model.recv(id, inbox);
      model.withdraw(id, "nothing");
      const got = subscription.tryRecv();
      this.#outcomes.set(id, got === undefined ? "nothing" : told(got));
    }
  }

  async check(): Promise<void> {
    await settle();
    const sorted = (outcomes: Outcomes) => [...outcomes].sort(([a], [b]) => a - b);
    expectSame(sorted(this.#outcomes), sorted(this.#model.outcomes));
    this.#subscriptions.forEach(({ len, dropped, closed }, i) => {
      const { buffer, isOpen, ...inbox } = this.#model.inboxes[i]!;
      expectSame([len, dropped, closed], [buffer.length, inbox.dropped, !isOpen]);
    });
  }

  async end(): Promise<void> {
    this.#real.close();
    await settle();
    expectNobodyWaits(this.#real, ...this.#subscriptions);
  }

  #begin(operate: (signal: AbortSignal) => Promise<unknown>): number {
    const abort = new AbortController();
    const id = this.#aborts.push(abort) - 1;
    const note = (outcome: unknown): unknown => this.#outcomes.set(id, outcome);
    operate(abort.signal).then(note, note);
    return id;
  }
}

function told({ ok, value }: { readonly ok: boolean; readonly value: unknown }): unknown {
  return ok ? value : "closed";
}

describe("Broadcast in random schedules", () => {
  it("F4, C3 to C9: does what the model does, whatever the order of calls", async () => {
    const commands = fc.array(command, { maxLength: 40 });
    const property = fc.asyncProperty(commands, async (list) => {
      const run = new Run();
      pacing.isOn = false;
      try {
        for (const one of list) {
          run.perform(one);
          await run.check();
        }
        await run.end();
      } finally {
        pacing.isOn = true;
      }
    });
    await fc.assert(property, { numRuns });
  });

  it("F4, S1, S5: with selects: to all or to none, in one order, and none waits in vain", async () => {
    const commands = fc.array(mixed, { maxLength: 30 });
    const property = fc.asyncProperty(
      fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }),
      commands,
      async (caps, list) => {
        const laws = new Laws(caps);
        pacing.isOn = false;
        try {
          for (const one of list) {
            laws.perform(one);
            await settle();
            laws.check();
          }
        } finally {
          pacing.isOn = true;
        }
      },
    );
    await fc.assert(property, { numRuns });
  });
});

interface Mixed {
  readonly sends: boolean;
  /** At which subscriptions it receives. */
  readonly at: readonly number[];
  /** Which operation is withdrawn before. */
  readonly abort: number | undefined;
}

const mixed = fc.record<Mixed>({
  sends: fc.boolean(),
  at: fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 }),
  abort: fc.option(fc.nat({ max: 9 }), { nil: undefined, freq: 5 }),
});

/** A select that waits. */
interface Waiting extends Mixed {
  readonly value: number;
  readonly abort: number;
  readonly controller: AbortController;
}

/** Selects on a broadcast with subscribers of these caps, and what must hold whatever they choose. */
class Laws {
  readonly #broadcast = new Broadcast<number>();
  /** Gets everything, and so knows what was sent, in order. */
  readonly #witness = this.#broadcast.subscribe(Infinity);
  readonly #subscriptions: readonly Subscription<number>[];
  readonly #all: number[] = [];
  readonly #received: number[][];
  readonly #sent: number[] = [];
  readonly #waiting = new Set<Waiting>();
  #n = 0;

  constructor(caps: readonly number[]) {
    this.#subscriptions = caps.map((cap) => this.#broadcast.subscribe(cap));
    this.#received = caps.map(() => []);
  }

  perform({ abort = -1, ...one }: Mixed): void {
    [...this.#waiting][abort]?.controller.abort();
    const at = one.at.filter((i) => i < this.#subscriptions.length);
    const waits = { ...one, at, abort, value: this.#n++, controller: new AbortController() };
    const cases: Record<string, Case> = {};
    if (one.sends) cases["out"] = send(this.#broadcast, waits.value);
    for (const i of at) cases[i] = this.#subscriptions[i];
    this.#waiting.add(waits);
    select(cases, waits.controller).then(
      ({ key, value }) => {
        this.#waiting.delete(waits);
        if (key === "out") this.#sent.push(waits.value);
        else this.#received[Number(key)]!.push(value as number);
      },
      () => this.#waiting.delete(waits),
    );
  }

  check(): void {
    for (let one = this.#witness.tryRecv(); one?.ok === true; one = this.#witness.tryRecv()) {
      this.#all.push(one.value);
    }
    expectSame([...this.#sent].sort(), [...this.#all].sort());
    this.#subscriptions.forEach(({ len, cap }, i) => {
      expect(len).toBeLessThanOrEqual(cap);
      expectSame(this.#received[i], this.#all.slice(0, this.#all.length - len));
    });
    for (const sender of this.#waiting) if (sender.sends) expectSame(this.#canSend(sender), false);
  }

  /** Whether there is a receiver, or room, at each subscription: by trying all ways. */
  #canSend(sender: Waiting): boolean {
    const others = [...this.#waiting].filter((one) => one !== sender);
    const serve = (i: number, free: readonly Waiting[]): boolean => {
      const subscription = this.#subscriptions[i];
      if (subscription === undefined) return true;
      if (subscription.len < subscription.cap && serve(i + 1, free)) return true;
      return free.some(
        (one) =>
          one.at.includes(i) &&
          serve(
            i + 1,
            free.filter((other) => other !== one),
          ),
      );
    };
    return serve(0, others);
  }
}
