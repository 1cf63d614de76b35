import { describe, expect, it } from "@jest/globals";

import { framesOf, functionOf, Place } from "../../src/debug/place.js";

function stack(...frames: readonly string[]): string {
  return ["Error: any", ...frames.map((frame) => `    at ${frame}`)].join("\n");
}

describe("the place of a wait", () => {
  it.each([
    ["/app/node_modules/@chankit/channel/dist/esm", "/app/node_modules/@chankit/pool/dist/esm"],
    ["file:///a b (c)/packages/channel/src", "file:///a b (c)/packages/pool/src"],
    ["C:\\app\\packages\\channel\\dist\\cjs", "C:\\app\\packages\\pool\\dist\\cjs"],
    [
      "/p/.pnpm/@chankit+channel@1/node_modules/@chankit/channel/dist/esm",
      "/p/.pnpm/@chankit+pool@1/node_modules/@chankit/pool/dist/esm",
    ],
  ])("V1: has no frames of ours, wherever we are: %s", (channel, pool) => {
    const slash = channel.includes("\\") ? "\\" : "/";
    const frames = [
      `wait (${channel}${slash}wait${slash}recv-send.js:1:1)`,
      `Chan.recv (${channel}${slash}chan${slash}recv-base.js:1:1)`,
      `async WorkerPool.stop (${pool}${slash}pool.js:1:1)`,
      "task (/app/main.js:3:7)",
      "new Promise (<anonymous>)",
      "async Promise.all (index 0)",
      "process.processTicks (node:internal/process/task_queues:1:1)",
      "async /app/packages/pool/test/main.js:9:1",
    ];
    expect(framesOf(stack(...frames), 3)).toEqual([
      "at task (/app/main.js:3:7)",
      "at async /app/packages/pool/test/main.js:9:1",
    ]);
  });

  it("V7: in a bundle, leaves out as many frames as ours are", () => {
    const frames = [
      "a (/app/bundle.js:1:1)",
      "b (/app/bundle.js:1:2)",
      "task (/app/bundle.js:1:3)",
    ];
    expect(framesOf(stack(...frames), 2)).toEqual(["at task (/app/bundle.js:1:3)"]);
    expect(framesOf("", 2)).toEqual([]);
  });

  it("V7: has no frames of an entry that was loaded beside the bundle", () => {
    const frames = [
      "wait (/app/bundle.js:1:1)",
      "task (/app/bundle.js:1:2)",
      "runAs (file:///app/node_modules/@chankit/channel/dist/esm/debug/tasks.js:1:1)",
      "main (/app/bundle.js:1:3)",
    ];
    expect(framesOf(stack(...frames), 1)).toEqual([
      "at task (/app/bundle.js:1:2)",
      "at main (/app/bundle.js:1:3)",
    ]);
  });

  it("V1: is unknown, if all frames are ours: none of them is told instead", () => {
    const frames = ["wait", "send", "run"].map((f) => `${f} (/@chankit/channel/src/wait/w.js:1:1)`);
    expect(framesOf(stack(...frames), 2)).toEqual([]);
  });

  it("V1: is that of a program in a folder of the same name", () => {
    const frames = [
      "wait (/@chankit/channel/src/wait/w.js:1:1)",
      "run (/@chankit/app/main.js:1:1)",
    ];
    expect(framesOf(stack(...frames), 1)).toEqual(["at run (/@chankit/app/main.js:1:1)"]);
  });

  it("bears what a program has made of stacks", () => {
    expect(framesOf([{ line: 3 }], 0)).toEqual([]);
    expect(framesOf(undefined, 0)).toEqual([]);
  });

  it("is told with 8 frames, and leaves the limit of the program as it was", () => {
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 3;
    const deep = (n: number): Place => (n === 0 ? new Place(deep, 0) : deep(n - 1));
    const at = (n: number): Place => (n === 0 ? new Place(functionOf, 0) : at(n - 1));
    expect(deep(3).toString().split("\n").length).toBeGreaterThan(3);
    expect(at(20).toString()).toBe("");
    expect(Error.stackTraceLimit).toBe(3);
    Error.stackTraceLimit = before;
  });
});

describe("V4: the function of a place", () => {
  it.each([
    ["at feed (/app/main.js:3:7)\nat run (/app/main.js:9:1)", "feed"],
    ["at async Crew.work (/app/main.js:3:7)", "Crew.work"],
    ["at new Crew (/app/main.js:3:7)", "Crew"],
    ["at Object.run (/app/main.js:3:7)", "run"],
    ["at Object.<anonymous> (/app/main.cjs:3:7)", "main"],
    ["at /app/main.js:3:7\nat feed (/app/main.js:3:7)", "main"],
    ["", "main"],
  ])("%j is %s", (frames, name) => {
    expect(functionOf(frames)).toBe(name);
  });
});
