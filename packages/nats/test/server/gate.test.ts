// The way into WAIT, against a server that is a few numbers.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import { Gate } from "../../src/server/gate.js";
import { FakeWait } from "../support/fake-wait.js";

describe("the way into WAIT", () => {
  it("D2, P3: never lets in more than may wait, nor one before another, however many send at a time", async () => {
    const trial = async (
      s: fc.Scheduler,
      queueSize: number,
      gates: number,
      losses: number,
    ): Promise<void> => {
      const server = new FakeWait(() => s.schedule(Promise.resolve()));
      let left = losses;
      server.isLost = () => left-- > 0;
      const all = Array.from({ length: gates }, () => new Gate(server.ledger, queueSize));
      const putting = all.map(async (gate, i) => {
        for (let n = 0; n < 4; n++) {
          const ids = [0, 1, 2].map((k) => `${i}.${n}.${k}`);
          const isIn = await server.putAll(gate, ids);
          expect(server.wait - server.run).toBeLessThanOrEqual(queueSize);
          const numbers = ids.map((id) => server.ids.get(id) ?? Infinity);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
          expect(numbers.includes(Infinity)).toBe(!isIn);
          // A crew takes one now and then.
          if (n % 2 === 1 && server.held.size > 0) server.leave();
        }
      });
      await s.waitFor(Promise.all(putting));
    };
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 2 }),
        trial,
      ),
    );
  });

  it("D2: jobs of one process travel together: those of a turn cost one answer", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 10);
    await gate.room(() => undefined);
    const messages = ["a", "b", "c"].map((msgID) => ({ msgID, frame: new Uint8Array() }));
    const conditions: unknown[] = [];
    const answers = await gate.put(messages, server.send, (all) => {
      for (const [, on] of all) conditions.push(on);
      return server.sendAll(all);
    });
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    expect(conditions).toEqual([
      { msgID: "a", lastSequence: 0 },
      { msgID: "b", lastSequence: 1, lastMsgID: "a" },
      { msgID: "c", lastSequence: 2, lastMsgID: "b" },
    ]);
  });

  it("D3: what one answer does not tell of all is asked of each, and from then on until all goes well", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 20);
    const together: number[] = [];
    const put = async (...ids: readonly string[]): Promise<readonly unknown[]> => {
      await gate.room(() => undefined);
      const messages = ids.map((msgID) => ({ msgID, frame: new Uint8Array() }));
      return gate.put(messages, server.send, (all) => {
        together.push(all.length);
        return server.sendAll(all);
      });
    };
    const losses = [true];
    server.isLost = () => losses.pop() ?? false;
    expect(await put("a", "b")).toEqual(["accepted", "accepted"]);
    expect(await put("c", "d")).toEqual(["accepted", "accepted"]);
    expect(await put("e", "f")).toEqual(["accepted", "accepted"]);
    // The last one is known: that tells nothing of those before it.
    expect(await put("g", "a")).toEqual(["accepted", "accepted"]);
    expect(await put("g", "h")).toEqual(["accepted", "again"]);
    expect(together).toEqual([2, 2, 2]);
    expect([...server.held.values()]).toEqual(["a", "b", "c", "d", "e", "f", "g"]);
  });

  it("D3: one that was queued before takes no place: those behind it are sent again", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 10);
    expect(await server.putAll(gate, ["a", "b"])).toBe(true);
    expect(await server.putAll(gate, ["c", "a", "d", "d", "e"])).toBe(true);
    expect([...server.held.values()]).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("D3: asks about a new job also where there is no room: its id may be known; and not again", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 1);
    expect(await server.put(gate, "a")).toBe(true);
    expect(await server.put(gate, "a")).toBe(true);
    expect(await server.put(gate, "b")).toBe(false);
    expect(server.sent).toBe(3);
    expect(await server.put(gate, "b", false)).toBe(false);
    expect(server.sent).toBe(3);
    server.leave();
    expect(await server.put(gate, "b", false)).toBe(true);
  });

  it("D4: begins anew with a pool that was made anew", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 2);
    server.setBoth(50);
    expect(await server.put(gate, "a")).toBe(true);
    server.setBoth(0);
    const answers = [];
    for (const id of ["b", "c", "d"]) answers.push(await server.put(gate, id));
    expect(answers).toEqual([true, true, false]);
  });

  it("D5: puts WAIT forward if a killed server has forgotten where it ended: no number is given twice", async () => {
    const server = new FakeWait();
    const known = new Gate(server.ledger, 2);
    server.setBoth(50);
    expect(await server.put(known, "a")).toBe(true);
    server.leave();
    server.forget();
    // One that knew where it ended, and one that did not.
    for (const gate of [known, new Gate(server.ledger, 2)]) {
      expect(await server.put(gate, String(server.wait))).toBe(true);
    }
    expect([server.wait, server.purges]).toEqual([53, 1]);
    expect(await server.put(known, "d")).toBe(false);
  });

  it("D5: where WAIT was put forward, jobs travel alone until the server has noticed that", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 5);
    server.setBoth(50);
    expect(await server.putAll(gate, ["a", "b"])).toBe(true);
    server.leave();
    server.leave();
    server.forget();
    expect(await server.putAll(gate, ["c", "d", "e"])).toBe(true);
    expect([...server.held]).toEqual([
      [53, "c"],
      [54, "d"],
      [55, "e"],
    ]);
  });

  it("D5: lets none in while WAIT, whose end was forgotten, holds others: they would get numbers that were given", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 10);
    for (const id of ["a", "b", "c"]) await server.put(gate, id);
    server.leave("b");
    server.leave("c");
    server.forget();
    server.run = 5;
    for (const other of [gate, new Gate(server.ledger, 10)]) {
      expect(await server.put(other, "d")).toBe(false);
      expect(await server.put(other, "a")).toBe(true);
    }
    server.leave("a");
    expect(await server.put(gate, "d")).toBe(true);
    expect([...server.held]).toEqual([[7, "d"]]);
  });

  it("D5: one that comes late to put WAIT forward takes away no job that others have sent since", async () => {
    const server = new FakeWait();
    const [first, late] = [new Gate(server.ledger, 5), new Gate(server.ledger, 5)];
    server.setBoth(50);
    server.forget();
    let looks = 0;
    const overtaken = new Promise<void>((resolve) => {
      server.asked = (stream) => {
        // The late one has seen that WAIT is empty, and asks about RUN again.
        if (stream !== "run" || ++looks !== 2) return;
        server.asked = () => undefined;
        server.wait = 50;
        for (const [n, id] of ["a", "b", "c"].entries()) server.held.set(51 + n, id);
        server.wait = 53;
        // The oldest is in the hands of a crew, or of none.
        server.leave("b");
        server.leave("c");
        resolve();
      };
    });
    const put = server.put(late, "d");
    await overtaken;
    expect(await put).toBe(true);
    expect([...server.held.values()]).toEqual(["a", "d"]);
    expect(await server.put(first, "e")).toBe(true);
  });

  it("D5: trusts nothing after a reconnect: the end of WAIT may be one that it had before", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 5);
    expect(await server.put(gate, "a")).toBe(true);
    server.setBoth(50);
    server.wait = 1;
    gate.forget();
    expect(await server.put(gate, "b")).toBe(true);
    expect(server.wait).toBe(51);
  });

  it("D5: takes away nothing if a pool is made anew between two answers", async () => {
    const server = new FakeWait();
    server.setBoth(50);
    server.asked = (stream) => {
      if (stream === "wait") server.setBoth(0);
    };
    expect(await server.put(new Gate(server.ledger, 2), "a")).toBe(true);
    expect([server.wait, server.purges]).toEqual([1, 0]);
  });

  it("D2: asks where WAIT ends if a refusal does not tell", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 5);
    expect(await server.put(gate, "a")).toBe(true);
    server.wait = 3;
    server.refusal = () => "no";
    expect(await server.put(gate, "b")).toBe(true);
    expect(server.wait).toBe(4);
  });

  it("D5: goes on behind a message of another one, and where a restarted server has forgotten the last id", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 9);
    const sends: string[] = [];
    await gate.room(() => undefined);
    const messages = ["a", "b", "c"].map((msgID) => ({ msgID, frame: new Uint8Array() }));
    const refused = (): Promise<never> => Promise.reject(new Error("wrong"));
    const answers = await gate.put(
      messages,
      (message, { lastMsgID, ...conditions }) => {
        sends.push(message.msgID);
        return server.send(
          message,
          lastMsgID === "a" ? { ...conditions, lastMsgID: "?" } : conditions,
        );
      },
      refused,
    );
    expect(answers).toEqual(["accepted", "again", "again"]);
    expect(await server.putAll(gate, ["b", "c"])).toBe(true);
    expect([...server.held.values()]).toEqual(["a", "b", "c"]);
  });

  it("D5: hands on what else goes wrong", async () => {
    const server = new FakeWait();
    const gate = new Gate(server.ledger, 5);
    await gate.room(() => undefined);
    const message = { msgID: "a", frame: new Uint8Array() };
    const error = new Error("gone");
    expect(await gate.put([message], () => Promise.reject(error), server.sendAll)).toEqual([
      { error },
    ]);
  });
});
