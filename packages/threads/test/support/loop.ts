// A loop of a thread in this process: the test is main, and says what it sends.

import { type Entry, TaskLoop } from "../../src/thread/task-loop.js";
import type { Task } from "../../src/wire/types.js";
import * as wire from "../../src/wire/protocol.js";

/** What the loop has told of one call. */
export interface Told {
  readonly slot: number;
  readonly outcome: number;
  readonly value: unknown;
}

const open = new Set<MessagePort>();

/** See above. */
export class Main {
  readonly loop: TaskLoop;
  readonly port: MessagePort;
  readonly messages: unknown[][] = [];
  readonly words: Int32Array | undefined;
  #page: SharedArrayBuffer | undefined;
  #slot = 0;

  constructor(tasks: Readonly<Record<string, Task>>, isShared = true) {
    const registry = new Map<string, Entry>(
      Object.entries(tasks).map(([name, run]) => [name, { run, self: tasks, isSlow: false }]),
    );
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    open.add(port1);
    port1.onmessage = ({ data }) => this.messages.push(data as unknown[]);
    if (isShared) {
      this.#page = new SharedArrayBuffer(wire.PAGE * 4);
      this.words = new Int32Array(this.#page);
    }
    this.loop = new TaskLoop(wire.helloOf(7, port2, isShared), registry);
  }

  /** Sends calls, in slots from 0: each is a task and its input. */
  send(...calls: readonly (readonly [string, unknown?])[]): void {
    const words = calls.flatMap(([task, input]) => [this.#slot++, task, input]);
    this.port.postMessage([wire.CALLS, this.#page, ...words]);
    this.#page = undefined;
  }

  /** Aborts the call of a slot. */
  abort(slot: number, reason: unknown): void {
    if (this.words !== undefined) Atomics.store(this.words, slot, wire.ABORTED);
    this.port.postMessage([wire.ABORT, slot, { kind: "value", value: reason }]);
  }

  /** What was told of all calls. */
  get told(): readonly Told[] {
    return this.messages.flatMap((message) => {
      const told: Told[] = [];
      for (let i = 1; i < message.length; i += 3) {
        const [slot, outcome, value] = message.slice(i, i + 3) as [number, number, unknown];
        told.push({ slot, outcome, value });
      }
      return told;
    });
  }
}

/** To be called after each test. */
export function closePorts(): void {
  for (const port of open) port.close();
  open.clear();
}
