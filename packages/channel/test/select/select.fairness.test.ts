import { afterEach, beforeEach, describe, it } from "@jest/globals";

import { type Case, send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { random } from "../../src/util/random.js";
import { select, trySelect } from "../../src/select/select.js";
import { seedRandomness, Tally } from "../support/randomness.js";
import { isFull } from "../../../../tools/testing/depth.js";

const N = isFull ? 10_000 : 1000;

describe("select", () => {
  let restore: () => void;
  beforeEach(() => {
    restore = seedRandomness(20240229);
  });
  afterEach(() => {
    restore();
  });

  describe("of ready cases", () => {
    it.each([1, 2, 3, 4, 7])("S2: chooses uniformly among %d", async (n) => {
      const cases = Array.from({ length: n }, closedChan);
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) tally.add((await select(cases)).key);

      tally.expectUniform(cases.map((_, i) => i));
    });

    it("S2: does so by trySelect", () => {
      const cases = Array.from({ length: 3 }, closedChan);
      const tally = new Tally<number | undefined>();

      for (let i = 0; i < N; i++) tally.add(trySelect(cases)?.key);

      tally.expectUniform([0, 1, 2]);
    });

    it("S2: those that are not ready, wherever they stand, do not matter", async () => {
      const idle = (): Chan<number> => new Chan<number>();
      const off = [null, idle(), send(idle(), 1)] as const;
      const cases = [...off, closedChan(), false, closedChan(), undefined, idle()] as const;
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) tally.add((await select(cases)).key);

      tally.expectUniform([3, 5]);
    });

    it("S2: sends and receives count alike", async () => {
      const drop = new Chan<number>(1, { overflow: "dropNewest" });
      const tally = new Tally<string>();

      for (let i = 0; i < N; i++) {
        const { key } = await select({ in: closedChan(), out: send(drop, 1), end: closedChan() });
        tally.add(key);
      }

      tally.expectUniform(["in", "out", "end"]);
    });

    it("S2: it is over cases, and not over channels", async () => {
      const once = closedChan();
      const thrice = closedChan();
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) tally.add((await select([thrice, once, thrice, thrice])).key);

      tally.expectUniform([0, 1, 2, 3]);
    });

    it("S2: sending one of two values to one channel gives random bits", async () => {
      const bits = new Chan<number>(1);
      const tally = new Tally<number | undefined>();

      for (let i = 0; i < N; i++) {
        await select([send(bits, 0), send(bits, 1)]);
        tally.add(bits.tryRecv()?.value);
      }

      tally.expectUniform([0, 1]);
    });
  });

  describe("that had to wait", () => {
    it.each([2, 3, 5])("S2: chooses uniformly among %d receive cases of one channel", async (n) => {
      const ch = new Chan<number>();
      const cases: Case[] = Array.from({ length: n }, () => ch);
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) {
        const chosen = select([new Chan(), ...cases]);
        ch.trySend(i);
        tally.add((await chosen).key);
      }

      tally.expectUniform(cases.map((_, i) => i + 1));
    });

    it.each([2, 3, 5])("S2: chooses uniformly among %d send cases of one channel", async (n) => {
      const ch = new Chan<number>();
      const cases: Case[] = Array.from({ length: n }, (_, i) => send(ch, i));
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) {
        const chosen = select(cases);
        ch.tryRecv();
        tally.add((await chosen).key);
      }

      tally.expectUniform(cases.map((_, i) => i));
    });
  });

  describe("random.below", () => {
    it.each([1, 2, 6])("S2: gives each integer from 0 to %d − 1 equally often", (n) => {
      const tally = new Tally<number>();

      for (let i = 0; i < N; i++) tally.add(random.below(n));

      tally.expectUniform(Array.from({ length: n }, (_, i) => i));
    });
  });

  function closedChan(): Chan<number> {
    const ch = new Chan<number>();
    ch.close();
    return ch;
  }
});
