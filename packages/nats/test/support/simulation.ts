// A pool on a server in memory, for tests that play a race step by step; all of it ends with the test.

import { afterEach, beforeEach, jest } from "@jest/globals";
import type { NatsConnection } from "@nats-io/transport-node";

import { type Crew, DistributedPool, type DistributedPoolOptions, serve } from "../../src/index.js";
import { Ledger } from "../../src/server/ledger.js";
import { Link } from "../../src/server/link.js";
import { Names } from "../../src/server/names.js";
import { FakeNats } from "./fake-nats.js";

const tasks = {
  double: (input: number): number => 2 * input,
  fail: (): never => {
    throw new RangeError("no");
  },
  hold: (input: number): Promise<number> => new Promise((resolve) => ends.set(input, resolve)),
};
const ends = new Map<number, (output: number) => void>();

export type Tasks = typeof tasks;

/** What the tests of a file share. */
export class Simulation {
  server = new FakeNats();
  connection = this.server.connect();
  #ends: (() => Promise<unknown>)[] = [];

  constructor() {
    beforeEach(() => {
      this.server = new FakeNats();
      this.connection = this.server.connect();
    });
    afterEach(async () => {
      jest.useRealTimers();
      this.server.gate = () => "pass";
      this.server.refuses = () => undefined;
      await Promise.all(this.#ends.splice(0).map((end) => end()));
    });
  }

  async open(
    options?: DistributedPoolOptions,
    connection: NatsConnection = this.connection,
  ): Promise<DistributedPool<Tasks>> {
    const pool = await DistributedPool.open<Tasks>(connection, "p", options);
    this.#ends.push(() => pool.leave());
    return pool;
  }

  async serve(workers = 1, connection = this.server.connect()): Promise<Crew> {
    const crew = await serve<Tasks>(connection, "p", tasks, { workers });
    this.#ends.push(() => crew.stop());
    return crew;
  }

  /** What stands on the server about the pool. */
  ledger(): Ledger {
    return new Ledger(Link.of(this.connection), new Names("p"), 1000);
  }

  /** A job of the pool with this input, which a crew has begun and died with. */
  async orphan(pool: DistributedPool<Tasks>, input: number): Promise<void> {
    const connection = this.server.connect();
    await this.serve(1, connection);
    await pool.queue("hold", input);
    await this.turns();
    await connection.close();
    this.end(input);
  }

  /** A job with this input ends. */
  end(input: number): void {
    ends.get(input)?.(input);
  }

  /** All that can happen without the passing of time happens. */
  async turns(): Promise<void> {
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Time passes, here and on the server. */
  async pass(ms: number): Promise<void> {
    this.server.pass(ms);
    await jest.advanceTimersByTimeAsync(ms);
    await this.turns();
  }

  /** A result that another process has claimed, as it stands on the server; given back, if there is a note. */
  claimedByOther(number: number, isNoted: boolean): void {
    const bytes = (value: object): Uint8Array =>
      new TextEncoder().encode(`${JSON.stringify(value)}\n`);
    const { server } = this;
    const claim = { by: "other", how: "read", run: number, done: number };
    const told = server.stream("p", "TOLD");
    told.store(`chankit.p.told.${number}`, bytes(claim), undefined, server.now);
    if (!isNoted) return;
    const note = `chankit.p.note.back.${number}.${told.last}`;
    server.stream("p", "SIDE").store(note, bytes({}), undefined, server.now);
  }
}
