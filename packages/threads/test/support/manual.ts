// A worker whose thread is the test: it begins calls and tells of them when the test says so. Everything
// between is real: ports, shared memory.

import { EventEmitter } from "node:events";

import { type RunOptions, Threads, type ThreadsOptions } from "../../src/index.js";
import type { Hello } from "../../src/wire/protocol.js";
import * as wire from "../../src/wire/protocol.js";
import type { AnyTasks } from "./real.js";

const { setImmediate } = globalThis;

/** Lets messages arrive, as many turns as they take. */
export async function turns(n = 6): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** A call that the thread was sent. */
export interface SentCall {
  readonly slot: number;
  readonly task: string;
  readonly input: unknown;
}

/** See above. */
export class ManualThread extends EventEmitter {
  hello!: Hello;
  /** How many messages it has got. */
  messages = 0;
  /** All calls that it was ever sent. */
  readonly calls: SentCall[] = [];
  readonly aborts: unknown[] = [];
  /** Whether it keeps the process alive. */
  isHeld = true;
  isTerminated = false;
  #taken = 0;
  readonly #pages: Int32Array[] = [];

  postMessage(message: unknown): void {
    this.hello = message as Hello;
    this.hello.port.onmessage = ({ data }) => {
      this.#receive(data as unknown[]);
    };
  }

  terminate(): void {
    this.isTerminated = true;
    this.hello.port.close();
    setImmediate(() => this.emit("exit", 1));
  }

  ref(): void {
    this.isHeld = true;
  }

  unref(): void {
    this.isHeld = false;
  }

  /** The inputs of all calls that it was sent. */
  get inputs(): readonly unknown[] {
    return this.calls.map(({ input }) => input);
  }

  /** Takes the next call; whether it may run it. */
  begin(): boolean {
    const { slot } = this.calls[this.#taken++]!;
    if (!this.hello.isShared) return true;
    const words = this.#pages[Math.floor(slot / wire.PAGE)]!;
    const { SENT, BEGUN, PAGE } = wire;
    return Atomics.compareExchange(words, slot % PAGE, SENT, BEGUN) === SENT;
  }

  /** Takes all calls that it was sent. */
  beginAll(): void {
    while (this.#taken < this.calls.length) this.begin();
  }

  /** Whether the flag of a call says that it is aborted. */
  isAborted(call: number): boolean {
    const { slot } = this.calls[call]!;
    return (
      Atomics.load(this.#pages[Math.floor(slot / wire.PAGE)]!, slot % wire.PAGE) === wire.ABORTED
    );
  }

  /** Says how many calls it has taken, and more. */
  tell(...words: unknown[]): void {
    this.hello.port.postMessage([this.#taken, ...words]);
  }

  /** Says that it has loaded its tasks. */
  ready(): void {
    this.tell();
  }

  /** Tells of a call, by its place among all that it was sent. */
  value(call: number, value: unknown): void {
    this.tell(this.calls[call]!.slot, wire.VALUE, value);
  }

  /** Runs all that it was sent: each gives its input, or is passed over. */
  runAll(): void {
    const words: unknown[] = [];
    while (this.#taken < this.calls.length) {
      const { slot, input } = this.calls[this.#taken]!;
      words.push(slot, ...(this.begin() ? [wire.VALUE, input] : [wire.PASSED, undefined]));
    }
    this.tell(...words);
  }

  /** Ends, as by itself. */
  exit(code: number, error?: unknown): void {
    if (error !== undefined) this.emit("error", error);
    this.emit("exit", code);
    this.hello.port.close();
  }

  #receive(message: readonly unknown[]): void {
    this.messages++;
    if (message[0] === wire.ABORT) {
      this.aborts.push(message.slice(1));
      return;
    }
    if (message[0] === wire.CHANNEL) return;
    if (message[1] !== undefined) this.#pages.push(new Int32Array(message[1] as SharedArrayBuffer));
    const end = message[0] === wire.LINKED ? 5 : message.length;
    for (let i = 2; i < end; i += 3) {
      const [slot, task, input] = message.slice(i, i + 3) as [number, string, unknown];
      this.calls.push({ slot, task, input });
    }
  }
}

/** Threads of manual ones, in the order in which they were started. */
export class Crew {
  readonly threads: Threads<AnyTasks>;
  readonly all: ManualThread[] = [];

  constructor(options: ThreadsOptions = { size: 1 }) {
    this.threads = new Threads<AnyTasks>(() => {
      const thread = new ManualThread();
      this.all.push(thread);
      return thread;
    }, options);
    crews.add(this);
  }

  /** `run` of a call that may be left floating: what is terminated after the test rejects. */
  run(task: string, input?: unknown, options?: RunOptions): Promise<unknown> {
    const promise = this.threads.run(task, input, options as never) as Promise<unknown>;
    promise.catch(() => undefined);
    return promise;
  }

  /** The thread that was started as number `n`. */
  at(n: number): ManualThread {
    return this.all[n]!;
  }

  /** Starts all threads, by a call for each, which they run. */
  async start(): Promise<void> {
    const { size } = this.threads;
    const calls = Array.from({ length: size }, (_, worker) =>
      this.run("start", worker, { worker }),
    );
    await turns();
    for (const thread of this.all) thread.runAll();
    await Promise.all(calls);
    await turns();
  }
}

const crews = new Set<Crew>();

/** To be called after each test. */
export async function endCrews(): Promise<void> {
  const all = [...crews];
  crews.clear();
  await Promise.all(all.map(({ threads }) => threads.terminate()));
}

/** How a call stands. */
export interface Watched {
  status: "pending" | "fulfilled" | "rejected";
  value?: unknown;
  reason?: unknown;
}

/** Watches a promise. */
export function watch(promise: Promise<unknown>): Watched {
  const watched: Watched = { status: "pending" };
  promise.then(
    (value) => Object.assign(watched, { status: "fulfilled", value }),
    (reason: unknown) => Object.assign(watched, { status: "rejected", reason }),
  );
  return watched;
}
