import { describe, expect, it } from "@jest/globals";

import { Chan, type RecvChan } from "../../src/index.js";
import { ChannelProgram } from "../../src/testing/programs.js";
import type { Step } from "../../src/testing/run.js";
import { waiting } from "../support/waiting.js";

const send = (value: number): Step => ({ do: "send", to: "input", value });
const recv: Step = { do: "recv", from: "output" };
const close: Step = { do: "close", chan: "input" };
const [abort, tick, settle] = (["abort", "tick", "settle"] as const).map((word): Step => ({
  do: word,
})) as [Step, Step, Step];

/** Runs the steps on a channel and whatever `stage` makes of it. */
async function run(
  steps: readonly Step[],
  stage: (input: Chan<number>) => RecvChan<number> = (input) => input,
) {
  const input = new Chan<number>();
  const program = new ChannelProgram<{ input: number }, "output">(steps, 1);
  return program.run(() => ({ send: { input }, recv: { output: stage(input) } }));
}

describe("a run of a program", () => {
  it("tells nothing of channels that nothing happens to", async () => {
    expect(await run([])).toEqual({
      sent: { input: [] },
      received: { output: [] },
      ended: { output: true },
      untaken: 0,
    });
  });

  it("sends and receives, in order, also what must wait", async () => {
    const { sent, received } = await run([send(1), send(2), recv, recv, recv, send(3), close]);

    expect(sent.input).toEqual([1, 2, 3]);
    expect(received.output).toEqual([1, 2, 3]);
  });

  it("closes when it says so, and sends nothing after that", async () => {
    let closedAt: unknown;
    const { sent } = await run([close, settle, send(1), settle], (input) => {
      void input.recv().then(({ ok }) => (closedAt = ok));
      return input;
    });

    expect(closedAt).toBe(false);
    expect(sent.input).toEqual([]);
  });

  it("closes once its sends are over, since they would fail", async () => {
    const seen: boolean[] = [];
    const { sent } = await run([send(1), close, settle, recv, settle], (input) => {
      void (async () => {
        for (let i = 0; i < 50; i++) {
          seen.push(input.closed);
          await Promise.resolve();
        }
      })();
      return input;
    });

    expect(sent.input).toEqual([1]);
    expect([seen[0], seen.at(-1)]).toEqual([false, false]);
  });

  it("closes before the end, when the last send that waits has been taken", async () => {
    let closed: boolean | undefined;
    await run([send(1), close, recv, settle, tick, send(2), settle], (input) => {
      void (async () => {
        for (let i = 0; i < 8; i++) await Promise.resolve();
        closed = input.closed;
      })();
      return input;
    });

    expect(closed).toBe(true);
  });

  it("gives up what waits, and only that, on abort", async () => {
    const { sent, received } = await run([send(1), abort, tick, send(2), recv, settle]);

    expect(sent.input).toEqual([2]);
    expect(received.output).toEqual([2]);
  });

  it("pauses for a microtask on a tick, and as long as any task goes on on settle", async () => {
    const looks = async (pause: Step) => {
      let looksBefore = 0;
      let looks = 0;
      await run([pause, recv, settle], (input) => {
        void (async () => {
          for (; waiting(input).receivers === 0 && looks < 1000; looks++) await Promise.resolve();
          looksBefore = looks;
        })();
        return input;
      });
      return looksBefore;
    };

    expect(await looks(tick)).toBeLessThan(10);
    expect(await looks(settle)).toBe(1000);
  });

  it("counts what was not taken, and withdraws it", async () => {
    const input = new Chan<number>();
    const program = new ChannelProgram<{ input: number }, "output">([send(1), send(2)], 1);

    const { untaken, sent } = await program.run(() => ({
      send: { input },
      recv: { output: new Chan<number>() },
    }));

    expect([untaken, sent.input]).toEqual([2, []]);
    expect(waiting(input)).toEqual({ receivers: 0, senders: 0 });
  });

  it("waits for one value at a time when it receives the rest", async () => {
    const most: number[] = [];
    await run([], (input) => {
      const output = new Chan<number>();
      void (async () => {
        for (let i = 0; i < 3; i++) {
          await new Promise((resolve) => setImmediate(resolve));
          most.push(waiting(output).receivers);
        }
        await input.recv();
      })();
      return output;
    });

    expect(Math.max(...most)).toBe(1);
  });
});
