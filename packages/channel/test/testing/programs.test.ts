import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { Chan, ChannelClosedError, type RecvChan, select, trySelect } from "../../src/index.js";
import { random } from "../../src/util/random.js";
import { type ChannelProgram, channelPrograms, expectNoWaiters } from "../../src/testing/index.js";

const programs = channelPrograms(fc, { send: { numbers: fc.nat(9) }, recv: ["results"] });
type Program = ChannelProgram<{ numbers: number }, "results">;

/** What a task makes of numbers. */
type Stage = (numbers: Chan<number>) => RecvChan<number>;

/** A task that passes numbers on, so far as it cares to. */
function stage(pass: (from: RecvChan<number>, to: Chan<number>) => Promise<void>): Stage {
  return (numbers) => {
    const results = new Chan<number>();
    void pass(numbers, results);
    return results;
  };
}

const faithful = stage(async (from, to) => {
  for await (const n of from) await to.send(n);
  to.close();
});

async function run(program: Program, start: Stage) {
  const numbers = new Chan<number>();
  let results: RecvChan<number> | undefined;
  const result = await program.run(() => {
    results = start(numbers);
    return { send: { numbers }, recv: { results } };
  });
  return { ...result, chans: [numbers, results] };
}

/** The shortest program that fails, as it prints itself. */
async function counterexample(
  start: Stage,
  law: (result: Awaited<ReturnType<typeof run>>) => void,
) {
  const property = fc.asyncProperty(programs, async (program) => {
    law(await run(program, start));
  });
  const { counterexample: found } = await fc.check(property, { seed: 1, numRuns: 1000 });
  return found?.[0].toString();
}

describe("channelPrograms", () => {
  it("a stage that is right passes: everything arrives, in order, and the end is told", async () => {
    const property = fc.asyncProperty(programs, async (program) => {
      const { sent, received, ended, untaken, chans } = await run(program, faithful);

      expect(received.results).toEqual(sent.numbers);
      expect(ended).toEqual({ results: true });
      expect(untaken).toBe(0);
      expectNoWaiters(...chans);
    });

    await fc.assert(property);
  });

  it("programs send, receive, close, give up and pause", () => {
    const text = fc.sample(programs, { numRuns: 100, seed: 1 }).map(String).join("; ");

    const steps = new Set(text.split("; ").map((step) => step.replace(/\d/, "N")));
    expect([...steps].sort()).toEqual([
      "abort",
      "close numbers",
      "nothing",
      "recv from results",
      "send N to numbers",
      "settle",
      "tick",
    ]);
  });

  it("finds a stage that loses a value when it is too slow, and shows by which program", async () => {
    const lossy = stage(async (from, to) => {
      for await (const n of from) to.trySend(n);
      to.close();
    });

    const found = await counterexample(lossy, ({ sent, received }) => {
      expect(received.results).toEqual(sent.numbers);
    });

    expect(found).toBe("send 0 to numbers");
  });

  it("finds a stage that does not tell its end", async () => {
    const endless = stage(async (from, to) => {
      for await (const n of from) await to.send(n);
    });

    expect(
      await counterexample(endless, ({ ended }) => {
        expect(ended.results).toBe(true);
      }),
    ).toBe("nothing");
  });

  it("finds a stage that stops taking", async () => {
    const short = stage(async (from, to) => {
      for (let i = 0; i < 2; i++) await to.send((await from.recv()).value ?? 0);
      to.close();
    });

    expect(
      await counterexample(short, ({ untaken }) => {
        expect(untaken).toBe(0);
      }),
    ).toBe("send 0 to numbers; send 0 to numbers; send 0 to numbers");
  });

  it("a stage without end does not hang the test", async () => {
    const endless = stage(async (_, to) => {
      for (let n = 0; ; n++) await to.send(n);
    });

    const [program] = fc.sample(programs, { numRuns: 1, seed: 1 });
    const { received, ended } = await run(program!, endless);

    expect(received.results.length).toBeGreaterThanOrEqual(1000);
    expect(ended.results).toBe(false);
  });

  it("a stage that closes what is sent to fails the run", async () => {
    const rude: Stage = (numbers) => {
      numbers.close();
      return numbers;
    };

    const property = fc.asyncProperty(programs, async (program) => {
      await run(program, rude);
    });
    const { counterexample: found, errorInstance } = await fc.check(property, { seed: 1 });

    expect(String(found?.[0])).toBe("send 0 to numbers");
    expect(errorInstance).toBeInstanceOf(ChannelClosedError);
  });

  it("select chooses the same each time that a program runs, and as it likes afterwards", async () => {
    const { below } = random;
    const picks = async (program: Program): Promise<string> => {
      const ready = [new Chan<number>(1000), new Chan<number>(1000)];
      for (const ch of ready) for (let i = 0; i < 1000; i++) ch.trySend(i);
      let text = "";
      await run(program, (numbers) => {
        for (let i = 0; i < 20; i++) text += String(trySelect(ready)?.key);
        void select([numbers]);
        return new Chan();
      });
      return text;
    };

    const texts = new Set<string>();
    for (const program of fc.sample(programs, { numRuns: 10, seed: 1 })) {
      const text = await picks(program);
      expect(text).toMatch(/^[01]{20}$/);
      expect(await picks(program)).toBe(text);
      texts.add(text);
    }

    expect(texts.size).toBeGreaterThan(5);
    expect(random.below).toBe(below);
  });

  it("a program says which channel it misses", async () => {
    const [program] = fc.sample(
      programs.filter((it) => it.toString().includes("recv")),
      { numRuns: 1, seed: 1 },
    );
    const ends = { send: { numbers: new Chan<number>() }, recv: {} as { results: Chan<number> } };

    await expect(program!.run(() => ends)).rejects.toThrow(
      "the program needs a channel called results",
    );
  });
});
