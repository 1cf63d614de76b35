// The engine of many machines: files are hashed by crews, which are other processes: see crew.ts.
//
//   feed     files --> pool.queue        waits while the queue is full
//   report   for await (… of pool)       tells the sums

import { resolve } from "node:path";

import { DistributedPool, type FinishedTask } from "@chankit/nats";
import { PoolClosedError, type PoolStats } from "@chankit/pool";
import type { NatsConnection } from "@nats-io/transport-node";

import { connectTo } from "./connection.js";
import type { Engine, Hashed, Work } from "./engine.js";
import { FatalError } from "./errors.js";
import { ALIVE, type FileInput, type FileTasks, POOL } from "./file-task.js";
import type { Found } from "./walk.js";

const FINISHED_SIZE = 1024;

/** Which files, and where crews are. */
export interface MachineOptions {
  readonly dir: string;
  readonly queueSize: number;
  readonly nats: string;
}

/** See above. */
export class Machines implements Engine {
  readonly #connection: NatsConnection;
  readonly #pool: DistributedPool<FileTasks>;
  readonly #dir: string;
  #stats: PoolStats;
  #bytes = 0;
  #isGivenUp = false;

  private constructor(
    connection: NatsConnection,
    pool: DistributedPool<FileTasks>,
    dir: string,
    stats: PoolStats,
  ) {
    this.#connection = connection;
    this.#pool = pool;
    this.#dir = dir;
    this.#stats = stats;
  }

  /** @throws FatalError if there is no server, or another run uses it. */
  static async start(options: MachineOptions): Promise<Machines> {
    const connection = await connectTo(options.nats);
    try {
      const pool = await takePool(connection, options);
      return new Machines(connection, pool, options.dir, await pool.stats());
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  get work(): Work {
    return { pool: this.#stats, bytes: this.#bytes, begun: 0, unread: 0 };
  }

  get givenUp(): number {
    return this.#isGivenUp ? this.#stats.inProgress : 0;
  }

  async hash(files: AsyncIterable<Found>, tell: (hashed: Hashed) => Promise<void>): Promise<void> {
    await Promise.all([this.#feed(files), this.#report(tell)]);
    await this.look();
  }

  async look(): Promise<void> {
    try {
      this.#stats = await this.#pool.stats();
    } catch (error) {
      // What was given up is gone from the server.
      if (!this.#isGivenUp) throw error;
    }
  }

  stop(): void {
    // If it fails, so does what the program waits for.
    this.#pool.stop().catch(() => undefined);
  }

  giveUp(): void {
    this.#isGivenUp = true;
    this.#destroy()
      .catch(() => this.#pool.leave())
      // If neither can be done, what the program waits for fails as well.
      .catch(() => undefined);
  }

  async end(): Promise<void> {
    try {
      await this.#pool.destroy();
    } finally {
      await this.#connection.close();
    }
  }

  async #feed(files: AsyncIterable<Found>): Promise<void> {
    try {
      for await (const found of files) await this.#pool.queue("sha256", this.#inputOf(found));
    } catch (error) {
      // The pool was stopped meanwhile: this file was not accepted.
      if (!(error instanceof PoolClosedError)) throw error;
    }
    await this.#pool.close();
  }

  async #report(tell: (hashed: Hashed) => Promise<void>): Promise<void> {
    for await (const finished of this.#pool) {
      if (finished.status === "fulfilled") this.#bytes += finished.output.bytes;
      await tell(hashedBy(finished));
    }
  }

  /** Crews end what they have, and nothing is asked about it any more. */
  async #destroy(): Promise<void> {
    await this.look();
    await this.#pool.destroy();
  }

  #inputOf({ path, special }: Found): FileInput {
    const below = path.subarray(Buffer.byteLength(this.#dir));
    const full = Buffer.concat([Buffer.from(`${resolve(this.#dir)}/`), below]);
    const file = { name: path.toString("base64"), path: full.toString("base64") };
    return special === undefined ? file : { ...file, special };
  }
}

function hashedBy(finished: FinishedTask<FileTasks>): Hashed {
  const path = Buffer.from(finished.input.name, "base64");
  return finished.status === "fulfilled"
    ? { path, digest: finished.output.digest }
    : { path, reason: finished.reason };
}

/** The pool, new: what a run has left there that was killed is removed. */
async function takePool(
  connection: NatsConnection,
  { nats, queueSize }: MachineOptions,
): Promise<DistributedPool<FileTasks>> {
  const isTaken = await connection.request(ALIVE).then(
    () => true,
    // There is none that answers: the server says so at once.
    () => false,
  );
  if (isTaken) throw new FatalError(`${nats}: another run uses the pool there`);
  connection.subscribe(ALIVE, { callback: (_, message) => void message.respond() });
  const left = await DistributedPool.open<FileTasks>(connection, POOL);
  await left.destroy();
  return DistributedPool.open<FileTasks>(connection, POOL, {
    queueSize: Math.max(1, queueSize),
    finishedSize: FINISHED_SIZE,
  });
}
