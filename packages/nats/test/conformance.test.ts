// What every kind of pool does: here the one over many machines.

import { byName, conforms } from "../../../tools/testing/conformance.js";
import { Fixture } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("DistributedPool", () => {
  const fixture = new Fixture();

  conforms({
    // Its verbs are those of a WorkerPool.
    rule: "D1",
    make: async ({ workers, ...options }) => {
      const pool = await fixture.open(options);
      await fixture.serve(pool.name, workers);
      const { holds } = fixture;
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
        ...byName(
          pool,
          ({ input }: { readonly input: unknown }) => String(input),
          (finished) => finished,
        ),
        stats: () => pool.stats(),
      };
    },
  });
});
