// What every kind of pool does: here the one over many machines.

import { conforms, type End } from "../../../tools/testing/conformance.js";
import { Fixture } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

function endOf({
  input,
  status,
}: {
  readonly input: unknown;
  readonly status: End["status"];
}): End {
  return { name: String(input), status };
}

describeWithServer("DistributedPool", () => {
  const fixture = new Fixture();

  conforms({
    // Its verbs are those of a WorkerPool.
    rule: "D1",
    make: async ({ workers, ...options }) => {
      const pool = await fixture.open(options);
      await fixture.serve(pool.name, workers);
      const { holds } = fixture;
      const names = (list: readonly { readonly input: unknown }[]): string[] =>
        list.map(({ input }) => String(input));
      return {
        queue: (name, signal) => pool.queue("hold", name, signal),
        tryQueue: (name) => pool.tryQueue("hold", name),
        job: (name) => ({
          started: () => holds.started(name),
          end: async () => {
            (await holds.started(name)).end();
          },
          fail: async (reason) => {
            (await holds.started(name)).fail(reason);
          },
        }),
        retrieve: async (signal) => {
          const finished = await pool.retrieve(signal);
          return finished && endOf(finished);
        },
        tryRetrieve: async () => {
          const { finished, done } = await pool.tryRetrieve();
          return { finished: finished && endOf(finished), done };
        },
        close: () => pool.close(),
        stop: async () => names(await pool.stop()),
        shutdown: async () => {
          const { skipped, unread } = await pool.shutdown();
          return { skipped: names(skipped), unread: unread.map(endOf) };
        },
        stats: () => pool.stats(),
      };
    },
  });
});
