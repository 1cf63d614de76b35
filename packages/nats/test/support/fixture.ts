// A server with connections, pools and crews of the test, all of which end with it; and tasks that the
// test holds in its hands.

import { setTimeout } from "node:timers/promises";

import { afterAll, afterEach, beforeAll } from "@jest/globals";
import { jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

import {
  type Crew,
  DistributedPool,
  type DistributedPoolOptions,
  PoolTimeoutError,
  serve,
  type TaskContext,
} from "../../src/index.js";
import { Server } from "./server.js";

/** Of all tests here. */
export interface Tasks {
  double(input: number): number;
  fail(input: string): never;
  echo(input: unknown): unknown;
  nothing(input: unknown): undefined;
  /** Runs until the test ends it. */
  hold(input: string, context: TaskContext): Promise<string>;
}

interface Held {
  readonly context: TaskContext;
  end(output?: string): void;
  fail(reason: unknown): void;
}

/** Runs of the task `hold`, by input. */
class Holds {
  readonly #held = new Map<string, Held[]>();
  readonly #waiting: [input: string, runs: number, resolve: (held: Held) => void][] = [];

  run(input: string, context: TaskContext): Promise<string> {
    return new Promise((resolve, reject) => {
      const held = {
        context,
        end: (output = input) => {
          resolve(output);
        },
        fail: reject,
      };
      this.#held.set(input, [...(this.#held.get(input) ?? []), held]);
      for (const [name, runs, found] of this.#waiting) {
        if (name === input && this.runs(name) >= runs) found(held);
      }
    });
  }

  /** How often it was started with this input. */
  runs(input: string): number {
    return this.#held.get(input)?.length ?? 0;
  }

  /** The nth run with this input, once it has started. */
  started(input: string, nth = 1): Promise<Held> {
    const held = this.#held.get(input)?.[nth - 1];
    if (held !== undefined) return Promise.resolve(held);
    return new Promise((resolve) => this.#waiting.push([input, nth, resolve]));
  }
}

/** The tasks, with these holds. */
function tasksOf(holds: Holds): Tasks {
  return {
    double: (input) => 2 * input,
    fail: (input) => {
      throw new RangeError(input);
    },
    echo: (input) => input,
    nothing: () => undefined,
    hold: (input, context) => holds.run(input, context),
  };
}

const MOMENT_MS = 10;

let pools = 0;

/** What the tests of a file share. */
export class Fixture {
  server!: Server;
  /** Of the calls that need no other. */
  connection!: NatsConnection;
  holds = new Holds();
  readonly #ends: (() => Promise<unknown>)[] = [];

  constructor() {
    beforeAll(async () => {
      this.server = await Server.start();
      this.connection = await this.server.connect();
    });
    afterEach(async () => {
      await Promise.all(this.#ends.splice(0).map((end) => end()));
      this.holds = new Holds();
    });
    afterAll(() => this.server.end());
  }

  /** A name that no pool has. */
  name(): string {
    return `pool-${process.pid}-${pools++}`;
  }

  async open(
    options?: DistributedPoolOptions,
    name = this.name(),
    connection = this.connection,
  ): Promise<DistributedPool<Tasks>> {
    const pool = await DistributedPool.open<Tasks>(connection, name, options);
    this.#ends.push(() => pool.leave());
    return pool;
  }

  async serve(name: string, workers = 1, connection = this.connection): Promise<Crew> {
    const crew = await serve<Tasks>(connection, name, tasksOf(this.holds), { workers });
    this.#ends.push(() => crew.stop());
    return crew;
  }

  /** How many messages all streams of a pool have. */
  async stored(name: string): Promise<number> {
    const manager = await jetstreamManager(this.connection);
    let messages = 0;
    for await (const { config, state } of manager.streams.list(`chankit.${name}.>`)) {
      if (config.name !== "") messages += state.messages;
    }
    return messages;
  }
}

/**
 * Asks again and again until it is so: a moment apart, since what asks without end, and the server that
 * answers, take the machine from what is awaited, and from the tests beside this one.
 */
export async function until<V>(ask: () => Promise<V>, isSo: (value: V) => boolean): Promise<V> {
  for (;;) {
    const value = await ask();
    if (isSo(value)) return value;
    await setTimeout(MOMENT_MS);
  }
}

/** What a call gives that is repeated while it is late: where a test has a timeout that is short, on a busy machine. */
export async function patiently<V>(call: () => Promise<V>): Promise<V> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!(error instanceof PoolTimeoutError)) throw error;
    }
  }
}

/** What of the counters is not 0. */
export async function stats(
  pool: DistributedPool<Tasks>,
): Promise<Partial<Record<string, number>>> {
  return Object.fromEntries(Object.entries(await pool.stats()).filter(([, value]) => value !== 0));
}
