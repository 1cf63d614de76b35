// What becomes of a job that leaves WAIT, with a server that is a list of entries.

import { describe, expect, it } from "@jest/globals";

import { decide } from "../../src/server/fate.js";
import { FakeLedger, waiting } from "../support/fake-ledger.js";

const DEDUPE = 1000;
const far = 2 ** 40;

describe("the fate of a job", () => {
  it.each(["run", "skip"] as const)(
    "D4: to %s is written once, whoever has the message, and acknowledged by each",
    async (wish) => {
      const server = new FakeLedger();
      const message = waiting(1, "a", 5);
      const other = wish === "run" ? "skip" : "run";
      const answers = [];
      for (const it of [wish, wish, other] as const) {
        answers.push(await decide(server.ledger, DEDUPE, message, it));
      }
      expect(answers).toEqual([wish === "run" ? 1 : 0, 0, 0]);
      expect(message.acks).toBe(3);
      expect(server.subjects("run")).toEqual(["run.1"]);
      expect(server.subjects("side")).toEqual(wish === "run" ? [] : ["skip.1"]);
    },
  );

  it("D3: is that of a second copy, if its id is known and young enough", async () => {
    const server = new FakeLedger();
    expect(await decide(server.ledger, DEDUPE, waiting(1, "a", 5), "run")).toBeGreaterThan(0);
    for (let i = 0; i < 2; i++) {
      expect(await decide(server.ledger, DEDUPE, waiting(2, "a", 5 + DEDUPE - 1), "run")).toBe(0);
    }
    expect(server.subjects("side")).toEqual(["note.dup.2"]);
    expect(await decide(server.ledger, DEDUPE, waiting(3, "a", 5 + DEDUPE), "run")).toBeGreaterThan(
      0,
    );
    expect(server.subjects("run")).toEqual(["run.1", "run.2", "run.3"]);
  });

  it.each([
    ["another id", "b", 6],
    ["the same id, long afterwards", "a", 5 + DEDUPE],
  ])(
    "D5: is its own, if a killed server has given its number twice: to a job with %s",
    async (_, id, at) => {
      const server = new FakeLedger();
      await decide(server.ledger, DEDUPE, waiting(7, "a", 5), "run");
      const message = waiting(7, id, at);
      expect(await decide(server.ledger, DEDUPE, message, "run")).toBeGreaterThan(0);
      expect(server.subjects("run")).toEqual(["run.7", `run.${7 + far}`]);
      // A process that gets it again finds that.
      expect(await decide(server.ledger, DEDUPE, message, "skip")).toBe(0);
      expect(await decide(server.ledger, DEDUPE, waiting(7, "c", at), "skip")).toBe(0);
      expect(server.subjects("run")).toEqual(["run.7", `run.${7 + far}`, `run.${7 + 2 * far}`]);
      expect(server.subjects("side")).toEqual([`skip.${7 + 2 * far}`]);
      expect(message.acks).toBe(2);
    },
  );

  it("D4: is over if what was decided is forgotten already", async () => {
    const server = new FakeLedger();
    await decide(server.ledger, DEDUPE, waiting(1, "a", 5), "run");
    const { head } = server;
    server.head = () => Promise.resolve(undefined);
    expect(await decide(server.ledger, DEDUPE, waiting(1, "a", 5), "run")).toBe(0);
    server.head = head;
    expect(server.entries).toHaveLength(1);
  });
});
