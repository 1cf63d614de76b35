import { type Finished, WorkerPool } from "@chankit/pool";
import { settle } from "@chankit/channel/testing";
import { describe, expect, it } from "@jest/globals";

import { runAll } from "../../src/hash/run.js";

class Numbered {
  readonly number: number;
  readonly #gate: Promise<void> | undefined;

  constructor(number: number, gate?: Promise<void>) {
    this.number = number;
    this.#gate = gate;
  }

  async run(): Promise<void> {
    await this.#gate;
    if (this.number < 0) throw new Error(`${this.number}`);
  }
}

const told: string[] = [];

async function tell({ job, status }: Finished<Numbered>): Promise<void> {
  told.push(`${job.number} ${status}`);
}

function poolOf(workers: number, queueSize: number): WorkerPool<Numbered> {
  told.length = 0;
  return new WorkerPool<Numbered>({ workers, queueSize });
}

describe("runAll", () => {
  it("tells of every job, failed ones included, and closes the pool", async () => {
    const pool = poolOf(1, 1);
    async function* jobs(): AsyncGenerator<Numbered> {
      for (const number of [1, -2, 3]) yield new Numbered(number);
    }

    await runAll(pool, jobs(), tell);

    expect(told).toEqual(["1 fulfilled", "-2 rejected", "3 fulfilled"]);
    expect(pool.state).toBe("terminated");
  });

  it("takes no more from the source than the pool has room for", async () => {
    const pool = poolOf(2, 3);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let taken = 0;
    async function* jobs(): AsyncGenerator<Numbered> {
      while (taken < 100) yield new Numbered(taken++, gate);
    }

    const run = runAll(pool, jobs(), tell);
    await settle();
    // Two run, three wait, and with one the source waits.
    expect(taken).toBe(2 + 3 + 1);

    open();
    await run;
    expect(told).toHaveLength(100);
  });

  it("ends when the pool is stopped; what runs is told, the source is left", async () => {
    const pool = poolOf(1, 1);
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let isLeft = false;
    async function* jobs(): AsyncGenerator<Numbered> {
      try {
        for (let number = 0; ; number++) yield new Numbered(number, gate);
      } finally {
        isLeft = true;
      }
    }

    const run = runAll(pool, jobs(), tell);
    await settle();
    void pool.stop();
    open();
    await run;

    expect(told).toEqual(["0 fulfilled"]);
    expect(isLeft).toBe(true);
    expect(pool.stats).toMatchObject({ accepted: 2, skipped: 1, retrieved: 1 });
  });

  it("fails as the source does; what it has given is run all the same", async () => {
    const pool = poolOf(1, 1);
    const failure = new Error("broken");
    async function* jobs(): AsyncGenerator<Numbered> {
      yield new Numbered(1);
      throw failure;
    }

    await expect(runAll(pool, jobs(), tell)).rejects.toBe(failure);
    await settle();

    expect(told).toEqual(["1 fulfilled"]);
    expect(pool.state).toBe("terminated");
  });

  it("fails as the telling does", async () => {
    const failure = new Error("full");
    async function* jobs(): AsyncGenerator<Numbered> {
      yield new Numbered(1);
    }

    await expect(runAll(poolOf(1, 1), jobs(), () => Promise.reject(failure))).rejects.toBe(failure);
  });
});
