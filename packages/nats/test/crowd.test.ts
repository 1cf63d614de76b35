// Many processes at one pool, here as many connections: what each of them is promised holds for all.

import { expect, it } from "@jest/globals";

import { Fixture, stats } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("ten producers and ten crews", () => {
  const fixture = new Fixture();

  it("D2, D4: no more wait than may, the law holds at each look, and each job is told once", async () => {
    const queueSize = 3;
    const name = fixture.name();
    const pool = await fixture.open({ queueSize }, name);
    const connect = (): Promise<typeof fixture.connection> => fixture.server.connect();
    const ten = Array.from({ length: 10 }, (_, i) => i);
    const producers = await Promise.all(
      ten.map(async () => fixture.open({}, name, await connect())),
    );
    const readers = await Promise.all(
      ten.slice(7).map(async () => fixture.open({}, name, await connect())),
    );
    await Promise.all(ten.map(async () => fixture.serve(name, 2, await connect())));

    const got: number[] = [];
    const reading = readers.map(async (reader) => {
      for await (const { input } of reader) got.push(Number(input));
    });
    const queued = new AbortController();
    const looking = (async () => {
      while (!queued.signal.aborted) {
        const { accepted, waiting, inProgress, finished, retrieved, skipped } = await pool.stats();
        expect(waiting).toBeLessThanOrEqual(queueSize);
        for (const n of [waiting, inProgress, finished, retrieved]) {
          expect(n).toBeGreaterThanOrEqual(0);
        }
        expect(waiting + inProgress + finished + retrieved + skipped).toBe(accepted);
      }
    })();
    await Promise.all(
      producers.map(async (producer, i) => {
        for (const n of ten) {
          // Some by the one way, some by the other.
          if (n % 3 > 0) await producer.queue("echo", 10 * i + n);
          else while (!(await producer.tryQueue("echo", 10 * i + n)));
        }
      }),
    );
    queued.abort();
    await looking;
    await producers[9]?.close();
    await Promise.all(reading);
    expect(got.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(await stats(pool)).toEqual({ accepted: 100, retrieved: 100 });
  });
});
