// The loop of a thread: takes the calls that main has sent, one after the other, and tells what came of them.
//
// It tells at the end of what it was sent; before a call that may last, lest a result wait for it, or be
// lost with it; and every millisecond. After some milliseconds it gives the event loop a turn: aborts come
// in as messages. A task that waits does not hold up the next one.
//
// Invariant: a call is begun only after its slot said SENT, and this exchanged it for BEGUN.

import { whyNot } from "../wire/clone.js";
import { uncloneable } from "../wire/errors.js";
import { afterMicrotasks, later } from "../host/host.js";
import type { Task } from "../wire/types.js";
import { ABORT, BEGUN, CHANNEL, LINKED, PAGE, SENT, type Hello } from "../wire/protocol.js";
import { decode, type Failure } from "../wire/failures.js";
import type { End } from "../wire/links.js";
import { abortContext, type Channels, Context, endContext } from "./context.js";
import { hear, LinkedChan } from "./linked-chan.js";
import { Outbox } from "./outbox.js";

/** Milliseconds from one message to the next, while calls run. */
const TELL_MS = 1;
/** Milliseconds from one turn of the event loop to the next. */
const TURN_MS = 4;
/** A task that last took longer, in milliseconds, may last. */
const SLOW_MS = 0.05;

const NONE: Channels = Object.freeze({});

/** A task, and how it was last time. */
export interface Entry {
  readonly run: Task;
  readonly self: object;
  isSlow: boolean;
}

/** The tasks of a thread by their names: more of them may come. */
export type Registry = ReadonlyMap<string, Entry>;

/** See above. */
export class TaskLoop {
  readonly #registry: Registry;
  readonly #thread: number;
  readonly #isShared: boolean;
  readonly #pages: Int32Array[] = [];
  /** Slot, task, input; slot, task, input … */
  #inbox: unknown[] = [];
  #next = 0;
  readonly #outbox: Outbox;
  /** The channels of calls that have some, by their slots. */
  readonly #channels = new Map<number, Channels>();
  /** Those that wait, by their slots. */
  readonly #contexts = new Map<number, Context>();
  #isRunning = false;
  #isDue = false;

  constructor({ port, thread, isShared }: Hello, registry: Registry) {
    this.#registry = registry;
    this.#thread = thread;
    this.#isShared = isShared;
    this.#outbox = new Outbox(port);
    port.onmessage = ({ data }) => {
      this.#receive(data as readonly unknown[]);
    };
    // That it is ready.
    this.#outbox.flush();
  }

  /** Tells what there is to tell: the thread is about to end. */
  flush(): void {
    this.#outbox.flush();
  }

  #receive(message: readonly unknown[]): void {
    if (message[0] === ABORT) {
      const context = this.#contexts.get(message[1] as number);
      if (context !== undefined) abortContext(context, decode(message[2] as Failure));
      return;
    }
    if (message[0] === CHANNEL) {
      const [, slot, end, ...said] = message as [number, number, number, ...unknown[]];
      const chan = Object.values(this.#channels.get(slot) ?? {})[end];
      if (chan !== undefined) hear(chan, said);
      return;
    }
    if (message[0] === LINKED) this.#link(message);
    const [, page] = message;
    if (page !== undefined) this.#pages.push(new Int32Array(page as SharedArrayBuffer));
    const end = message[0] === LINKED ? 5 : message.length;
    for (let i = 2; i < end; i++) this.#inbox.push(message[i]);
    if (!this.#isRunning) this.#run();
  }

  #run(): void {
    this.#isRunning = true;
    const start = performance.now();
    let told = start;
    let now = start;
    let waits = false;
    while (this.#next < this.#inbox.length) {
      if (now - start > TURN_MS) {
        this.#outbox.flush();
        later(() => {
          this.#run();
        });
        return;
      }
      const slot = this.#inbox[this.#next++] as number;
      const name = this.#inbox[this.#next++] as string;
      const input = this.#inbox[this.#next++];
      const isLast = this.#next === this.#inbox.length;
      this.#outbox.take();
      if (!this.#begin(slot)) {
        this.#outbox.pass(slot);
        this.#channels.delete(slot);
        continue;
      }
      const entry = this.#registry.get(name);
      if (entry === undefined) {
        this.#outbox.unknown(slot, [...this.#registry.keys()].join(", "));
        continue;
      }
      if (entry.isSlow && this.#outbox.isFull) this.#outbox.flush();
      waits = this.#call(slot, entry, input, isLast) || waits;

      const end = performance.now();
      entry.isSlow = end - now > SLOW_MS;
      now = end;
      if (now - told > TELL_MS && this.#outbox.isFull) {
        this.#outbox.flush();
        told = now;
      }
    }
    this.#inbox = [];
    this.#next = 0;
    this.#isRunning = false;
    // What waits may have what it waits for already.
    if (waits) this.#flushSoon();
    else this.#outbox.flush();
  }

  /** Whether the call is ours to run: main may have taken it back. */
  #begin(slot: number): boolean {
    if (!this.#isShared) return true;
    const words = this.#wordsOf(slot) as Int32Array;
    return Atomics.compareExchange(words, slot % PAGE, SENT, BEGUN) === SENT;
  }

  #wordsOf(slot: number): Int32Array | undefined {
    return this.#pages[Math.floor(slot / PAGE)];
  }

  /** Runs a task; whether it waits. */
  #call(slot: number, { run, self }: Entry, input: unknown, isLast: boolean): boolean {
    const channels = this.#channels.get(slot) ?? NONE;
    const context = new Context(this.#thread, this.#wordsOf(slot), slot % PAGE, channels);
    try {
      const value = run.call(self, input, context);
      if (!isThenable(value)) {
        this.#end(slot, context);
        this.#outbox.value(slot, value, isLast);
        return false;
      }
      this.#contexts.set(slot, context);
      void this.#wait(slot, value, context);
      return true;
    } catch (error) {
      this.#end(slot, context);
      this.#outbox.failure(slot, error);
      return false;
    }
  }

  async #wait(slot: number, promise: PromiseLike<unknown>, context: Context): Promise<void> {
    try {
      const value = await promise;
      this.#end(slot, context);
      this.#outbox.value(slot, value, !this.#isRunning && this.#contexts.size === 0);
    } catch (error) {
      this.#end(slot, context);
      this.#outbox.failure(slot, error);
    }
    this.#flushSoon();
  }

  #end(slot: number, context: Context): void {
    endContext(context);
    if (this.#contexts.size > 0) this.#contexts.delete(slot);
    if (this.#channels.size > 0) this.#channels.delete(slot);
  }

  /** Makes the channels of a call. */
  #link(message: readonly unknown[]): void {
    const [, , slot, task, , shared, ends] = message as [
      ...[number, unknown, number, string, unknown],
      ...[SharedArrayBuffer | undefined, readonly End[]],
    ];
    const words = shared === undefined ? undefined : new Int32Array(shared);
    const channels = ends.map((end, at) => {
      const say = (...said: readonly unknown[]): void => {
        try {
          this.#outbox.link(slot, [at, ...said]);
        } catch (error) {
          throw uncloneable(task, "what it sent", whyNot(error));
        }
      };
      return [end.name, new LinkedChan(end, say, words, at)] as const;
    });
    this.#channels.set(slot, Object.fromEntries(channels));
  }

  #flushSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    afterMicrotasks(() => {
      this.#isDue = false;
      this.#outbox.flush();
    });
  }
}

/** Whether it has a `then`; a revoked proxy has nothing, and is told to be what cannot be cloned. */
function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    value !== null &&
    (typeof value === "object" || typeof value === "function") &&
    !isRevoked(value) &&
    typeof (value as { readonly then?: unknown }).then === "function"
  );
}

/** Whether nothing at all can be asked of it. */
function isRevoked(value: object): boolean {
  try {
    // Runs no code of the value's own, and throws for a revoked proxy alone.
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}
