// What compiles, and what does not.

import { describe, expect, it } from "@jest/globals";

import { serve, type TaskContext, Threads, transfer } from "../src/index.js";

const tasks = serve({
  sum: (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0),
  async digest(data: Uint8Array, context: TaskContext) {
    // X6: whatever is in them, they are an object.
    const channels: object = context.channels;
    return context.aborted ? "" : String(data.length + Object.keys(channels).length);
  },
  now: () => Date.now(),
  maybe: (limit?: number) => limit ?? 0,
  noise: (length: number) => transfer(new Uint8Array(length), []),
});

interface Declared {
  double(n: number): number;
}

describe("types", () => {
  it("X1: names, inputs and outputs are those of the tasks", () => {
    const threads = new Threads<typeof tasks>(new URL("file:///tasks.js"));
    const never = async (): Promise<unknown> => {
      const outputs: [number, string, Uint8Array<ArrayBuffer>] = [
        await threads.run("sum", [1, 2]),
        await threads.run("digest", new Uint8Array(1), { worker: 1 }),
        await threads.run("noise", 1),
      ];
      // @ts-expect-error -- it is a number
      const text: string = await threads.run("sum", [1, 2]);
      await threads.run("now");
      await threads.run("now", undefined, { worker: 1 });
      await threads.run("maybe");
      await threads.run("maybe", 1);
      // @ts-expect-error -- no such task
      await threads.run("nothing", 1);
      // @ts-expect-error -- another input
      await threads.run("sum", "text");
      // @ts-expect-error -- an input is needed
      await threads.run("sum");
      // @ts-expect-error -- a signal is needed
      await threads.run("sum", [], { signal: 1 });

      const declared = new Threads<Declared>(() => new Worker("tasks.js"));
      const double: number = await declared.run("double", 1);

      const untyped = new Threads(new URL("file:///tasks.js"));
      const unknown = await untyped.run("anything", { at: "all" });
      // @ts-expect-error -- nothing is known of it
      const known: number = unknown;

      async function generic<K extends keyof typeof tasks>(
        name: K,
        input: Parameters<(typeof tasks)[K]>[0],
      ): Promise<unknown> {
        return threads.run(name, input as never);
      }
      await generic("sum", [1]);
      // @ts-expect-error -- not a table of functions
      new Threads<{ a: number }>(new URL("file:///tasks.js"));
      // @ts-expect-error -- nor is this
      serve({ a: 1 });
      return [outputs, text, double, known];
    };
    expect(never).toBeInstanceOf(Function);
    const now: number = tasks.now();
    expect(now).toBeGreaterThan(0);
  });
});
