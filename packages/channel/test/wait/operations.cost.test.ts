// What an operation costs, in things that can be counted: a guard against regressions that no noise
// of the machine can trip. Times are measured in `bench`.

import { beforeAll, describe, expect, it } from "@jest/globals";

import { run } from "../../../../tools/testing/program.js";

/** In a process of its own, where nothing else makes promises, or garbage. */
const program = `
  import { createHook } from "node:async_hooks";

  import { Chan, Mutex, select, send, trySelect, WaitGroup } from "./index.js";
  import { pacing } from "./loop/outcomes.js";

  // So many operations at one go would be taken for a burst.
  pacing.isOn = false;

  const buffered = new Chan(1);
  const [receivers, senders, selected, quiet] = Array.from({ length: 4 }, () => new Chan());
  const [idle, mutex] = [new WaitGroup(), new Mutex()];
  const operations = {
    "trySend and tryRecv": (i) => (buffered.trySend(i), buffered.tryRecv()),
    "a send and a receive that need not wait": (i) => (buffered.send(i), buffered.recv()),
    "a receive that waits, and trySend": (i) => (receivers.recv(), receivers.trySend(i)),
    "a send that waits, and tryRecv": (i) => (senders.send(i), senders.tryRecv()),
    "a select of two that chooses at once": (i) => {
      buffered.trySend(i);
      select([buffered, quiet]);
    },
    "a select of two that waits, and trySend": (i) => {
      select({ selected, quiet });
      selected.trySend(i);
    },
    "a trySelect that finds nothing": (i) => trySelect([quiet, send(quiet, i)]),
    "a wait for a group that is done": () => idle.wait(),
    "to lock a mutex that is free": () => new Mutex().lock(),
  };

  const MANY = 1000;
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  function times(operation, n) {
    for (let i = 0; i < n; i++) operation(i);
  }

  const costs = {};
  for (const [what, operation] of Object.entries(operations)) {
    // The engine compiles meanwhile, and that takes memory, too.
    for (let i = 0; i < 20; i++) {
      times(operation, MANY);
      await turn();
    }
    const samples = [];
    while (samples.length < 15) {
      gc();
      const before = process.memoryUsage().heapUsed;
      times(operation, MANY);
      samples.push((process.memoryUsage().heapUsed - before) / MANY);
      await turn();
    }
    // What else the engine does can only add to it: no sample is long enough for a collection.
    const bytes = Math.min(...samples);

    let promises = 0;
    const hook = createHook({ init: (_, type) => type === "PROMISE" && promises++ }).enable();
    times(operation, MANY);
    hook.disable();
    costs[what] = { promises: promises / MANY, bytes };
    await turn();
  }
  console.log(JSON.stringify(costs));
`;

describe("the cost of an operation", () => {
  let costs: Record<string, { readonly promises: number; readonly bytes: number }>;
  beforeAll(async () => {
    costs = JSON.parse(await run(program)) as typeof costs;
  });

  // At most so many bytes, promises included: about twice as many as when this was written.
  it.each([
    { what: "trySend and tryRecv", promises: 0, bytes: 200 },
    { what: "a send and a receive that need not wait", promises: 1, bytes: 250 },
    { what: "a receive that waits, and trySend", promises: 1, bytes: 900 },
    { what: "a send that waits, and tryRecv", promises: 1, bytes: 900 },
    { what: "a select of two that chooses at once", promises: 1, bytes: 1000 },
    { what: "a select of two that waits, and trySend", promises: 1, bytes: 2400 },
    { what: "a trySelect that finds nothing", promises: 0, bytes: 1000 },
    { what: "a wait for a group that is done", promises: 0, bytes: 200 },
    { what: "to lock a mutex that is free", promises: 1, bytes: 1000 },
  ])("$what: $promises new promises, at most $bytes bytes", ({ what, promises, bytes }) => {
    expect(costs[what]?.promises).toBe(promises);
    expect(costs[what]?.bytes).toBeLessThanOrEqual(bytes);
  });
});
