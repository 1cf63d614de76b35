// What becomes of a job, with a server that is a list of entries.

import { describe, expect, it } from "@jest/globals";

import { fromFrame } from "../../src/codec/frame.js";
import { decide, type Wish } from "../../src/server/fate.js";
import { FakeLedger, waiting } from "../support/fake-ledger.js";

const DEDUPE = 1000;
const far = 2 ** 40;
const run: Wish = { fate: "run", by: "us", first: 1 };
const skip: Wish = { fate: "skip" };

describe("the fate of a job", () => {
  it.each([run, skip])(
    "D4: ($fate) is written once, whoever has the job, and told to each",
    async (wish) => {
      const server = new FakeLedger();
      const job = waiting(1, "a", 5);
      const other = wish === run ? skip : run;
      const answers = [];
      for (const it of [wish, wish, other]) {
        answers.push(await decide(server.ledger, DEDUPE, job, it));
      }
      const { fate } = wish;
      expect(answers).toMatchObject([
        { head: { fate }, place: 1, seq: 1, isNew: true },
        { head: { fate }, place: 1, seq: 1, isNew: false },
        { head: { fate }, place: 1, seq: 1, isNew: false },
      ]);
      expect(server.subjects("run")).toEqual(["run.1"]);
      expect(server.subjects("side")).toEqual(fate === "run" ? [] : ["skip.1"]);
    },
  );

  it("D3: tells which crew has begun it, at which delivery; and has the input if that is long", async () => {
    const server = new FakeLedger();
    const answer = await decide(server.ledger, DEDUPE, waiting(1, "a", 5), { ...run, longest: 1 });
    expect(answer?.head).toMatchObject({ by: "us", first: 1, input: undefined });
    await decide(server.ledger, DEDUPE, waiting(2, "b", 5), { ...run, longest: 0 });
    await decide(server.ledger, DEDUPE, waiting(3, "c", 5), { ...skip, longest: 0 });
    const bodies = server.entries.map(({ data }) => fromFrame<{ input?: number }>(data));
    expect(bodies.map(({ head, body }) => [head.input, body.length])).toEqual([
      [undefined, 0],
      [1, 1],
      [undefined, 0],
      // Of one that is skipped the input stands there.
      [undefined, 1],
    ]);
    const late = await decide(server.ledger, DEDUPE, waiting(2, "b", 5), {
      ...run,
      by: "them",
      first: 2,
    });
    expect(late?.head).toMatchObject({ by: "us", first: 1, input: 1 });
  });

  it("D3: is that of a second copy, if its id is known and young enough", async () => {
    const server = new FakeLedger();
    const decideOn = (seq: number, at: number) =>
      decide(server.ledger, DEDUPE, waiting(seq, "a", at), { ...run, longest: 0 });
    expect((await decideOn(1, 5))?.head.fate).toBe("run");
    for (let i = 0; i < 2; i++) {
      expect((await decideOn(2, 5 + DEDUPE - 1))?.head.fate).toBe("dup");
    }
    expect(server.subjects("side")).toEqual(["note.dup.2"]);
    expect((await decideOn(3, 5 + DEDUPE))?.head.fate).toBe("run");
    expect(server.subjects("run")).toEqual(["run.1", "run.2", "run.3"]);
  });

  it.each([
    ["another id", "b", 6],
    ["the same id, long afterwards", "a", 5 + DEDUPE],
  ])(
    "D5: is its own, if a killed server has given its number twice: to a job with %s",
    async (_, id, at) => {
      const server = new FakeLedger();
      await decide(server.ledger, DEDUPE, waiting(7, "a", 5), run);
      const job = waiting(7, id, at);
      const place = 7 + far;
      expect(await decide(server.ledger, DEDUPE, job, run)).toMatchObject({ place, isNew: true });
      expect(server.subjects("run")).toEqual(["run.7", `run.${place}`]);
      // A process that gets it again finds that.
      const again = await decide(server.ledger, DEDUPE, job, skip);
      expect(again).toMatchObject({ head: { fate: "run" }, place, isNew: false });
      await decide(server.ledger, DEDUPE, waiting(7, "c", at), skip);
      expect(server.subjects("run")).toEqual(["run.7", `run.${place}`, `run.${place + far}`]);
      expect(server.subjects("side")).toEqual([`skip.${place + far}`]);
    },
  );

  it("D3: is over if what was decided is forgotten already: the job is not run for a crew that comes that late", async () => {
    const server = new FakeLedger();
    await decide(server.ledger, DEDUPE, waiting(1, "a", 5), run);
    server.forget();
    expect(await decide(server.ledger, DEDUPE, waiting(1, "a", 5), run)).toBeUndefined();
    expect(server.subjects("run")).toEqual([]);
  });

  it("D3: is decided anew where that of another job is forgotten, of the same id or number", async () => {
    const server = new FakeLedger();
    await decide(server.ledger, DEDUPE, waiting(1, "a", 5), run);
    server.forget();
    // Number 1 was given to an older job, too, and WAIT has that no more.
    for (const [seq, at] of [
      [1, 6],
      [2, 7],
    ] as const) {
      const job = waiting(seq, "a", at);
      server.held.set(seq, job);
      expect(await decide(server.ledger, DEDUPE, job, run)).toMatchObject({
        place: seq,
        isNew: true,
      });
      server.forget();
    }
    const late = waiting(1, "a", 5);
    expect(await decide(server.ledger, DEDUPE, late, run)).toBeUndefined();
  });

  it("D3: is looked for again if it is forgotten between two answers", async () => {
    const server = new FakeLedger();
    await decide(server.ledger, DEDUPE, waiting(1, "a", 5), run);
    const job = waiting(1, "b", 6);
    server.held.set(1, job);
    const { read } = server;
    server.read = (...at) => {
      server.forget();
      return read.apply(server, at);
    };
    expect(await decide(server.ledger, DEDUPE, job, run)).toMatchObject({ place: 1, isNew: true });
  });
});
