// A thread, as main sees it.
//
//   starting --> ready --> stopping --> gone
//      '-----------'--------------------^
//
//   starting  its worker is made; it may have been sent calls, and has said nothing yet
//   ready     it has spoken; whether it is idle or busy, the load of what it holds says
//   stopping  terminated by us: it is given up for all purposes, and its end has yet to be told
//   gone      it has ended; the straight way is its own: an exit, an error, a file that cannot be loaded
//
// Invariants: from stopping on it has no call. The worker keeps the process alive exactly while a call that it
// was sent has not settled.

import { canShare } from "../host/host.js";
import type { ThreadExitError } from "../wire/errors.js";
import { encode } from "../wire/failures.js";
import * as wire from "../wire/protocol.js";
import type { Call } from "./call.js";
import { Graces } from "./graces.js";
import { HeldCalls } from "./held-calls.js";
import { Links } from "./links.js";
import { settle } from "./outcome.js";
import { ThreadWorker, type ThreadWorkerOptions } from "./thread-worker.js";

/** What has threads: the dispatcher. */
export interface ThreadOwner {
  /** The thread has spoken: calls may have ended, it may be free. */
  told(thread: Thread): void;
  /** The thread takes no part any more. What it had begun has failed; what it had not is returned. */
  ended(thread: Thread, unbegun: readonly Call[], error: ThreadExitError): void;
  /** Its worker has really ended. */
  gone(thread: Thread): void;
}

/** How threads are made and ended. */
export interface ThreadOptions extends ThreadWorkerOptions {
  /** How long an aborted call may go on, in milliseconds. */
  readonly grace: number;
}

/** See above. */
export class Thread {
  state: "starting" | "ready" | "stopping" | "gone" = "starting";
  readonly index: number;
  /** What it was sent. */
  readonly held: HeldCalls;

  readonly #owner: ThreadOwner;
  readonly #grace: number;
  readonly #isShared: boolean;
  readonly #graces = new Graces();
  readonly #worker: ThreadWorker;

  /** @throws What making a worker throws. */
  constructor(owner: ThreadOwner, index: number, options: ThreadOptions) {
    this.index = index;
    this.#owner = owner;
    this.#grace = options.grace;
    this.#isShared = canShare();
    this.held = new HeldCalls(this, this.#isShared);
    this.#worker = new ThreadWorker(index, options);
    this.#worker.begin(index, this.#isShared, {
      said: (message) => {
        this.#receive(message);
        this.#owner.told(this);
      },
      unreadable: () => {
        this.stop("sent something that cannot be read here");
      },
      ended: (exitCode) => {
        this.#ended(exitCode);
      },
    });
  }

  /** Whether it has loaded its tasks. */
  get isLoaded(): boolean {
    return this.#worker.isLoaded;
  }

  /** Whether it has loaded its tasks, and may be sent calls. */
  get isReady(): boolean {
    return this.state === "ready";
  }

  /** Whether it is in its loop, with nothing before it: what it is sent, it begins. */
  get isFree(): boolean {
    return this.isReady && this.held.areTaken;
  }

  /** How many more calls it may be sent ahead. */
  get room(): number {
    // What is sent without shared memory cannot be taken back.
    if (!this.#isShared) return this.isFree ? 1 : 0;
    return this.held.room;
  }

  /** Sends calls, in one message: at most as many as there is {@link room}; with channels, one alone. */
  send(calls: readonly Call[]): void {
    const message: unknown[] = [wire.CALLS, undefined];
    const list: object[] = [];
    const channels = calls[0]?.channels;
    for (const call of calls) {
      message.push(this.held.add(call), call.task, call.input);
      list.push(...call.list);
    }
    message[1] = this.held.newPage();
    if (channels !== undefined) {
      const slot = message[2] as number;
      const links = new Links(channels, this.#isShared);
      message[0] = wire.LINKED;
      message.push(links.words, links.ends);
      this.held.link(slot, links);
      links.begin((end, ...said) => {
        this.#worker.say([wire.CHANNEL, slot, end, ...said]);
      });
    }
    this.#worker.say(message, list);
  }

  /** A call is aborted: it is withdrawn, or told and given its time. */
  abort(call: Call, reason: unknown): void {
    if (call.state === "sent" && this.held.revoke(call)) return;
    this.held.abort(call);
    this.#worker.say([wire.ABORT, call.slot, encode(reason)]);
    const grace = this.#grace;
    this.#graces.begin(call, grace, () => {
      this.stop(`did not end task ${JSON.stringify(call.task)} within ${grace} ms after its abort`);
    });
  }

  /** Whether it keeps the process alive. */
  keepAlive(isNeeded: boolean): void {
    this.#worker.keepAlive(isNeeded);
  }

  /** Terminates it. What it has told already counts. */
  stop(why: string): void {
    if (!this.#isAlive) return;
    for (const links of this.held.links.values()) links.stop();
    this.#drain();
    this.#lose(this.#worker.terminatedError(why), true);
    this.#worker.terminate();
    if (!this.#worker.tellsItsEnd) this.#gone();
  }

  get #isAlive(): boolean {
    return this.state !== "stopping" && this.state !== "gone";
  }

  #receive(message: readonly unknown[]): void {
    if (this.state === "starting") this.state = "ready";
    this.held.taken(message[0] as number);
    for (let i = 1; i < message.length; i += 3) {
      this.#tell(message[i] as number, message[i + 1], message[i + 2]);
    }
  }

  #tell(slot: number, outcome: unknown, value: unknown): void {
    if (outcome === wire.LINK) {
      this.held.links.get(slot)?.hear(value as readonly unknown[]);
      return;
    }
    const call = this.held.told(slot);
    // It was taken back.
    if (call === undefined) return;
    this.#graces.end(call);
    settle(call, outcome, value);
  }

  #ended(exitCode: number | undefined): void {
    if (this.#isAlive) {
      this.#drain();
      this.#lose(this.#worker.endedError(exitCode), false);
    }
    this.#gone();
  }

  /** What it has told before it ended counts. */
  #drain(): void {
    this.#worker.drain((message) => {
      this.#receive(message);
    });
  }

  /** Gives up all its calls: what it has not begun to the owner, what it has begun fails. */
  #lose(error: ThreadExitError, mayBegin: boolean): void {
    this.state = "stopping";
    const unbegun = this.held.takeAllBack(mayBegin);
    this.#hangUp(this.held.unlinkAll());
    this.#owner.ended(this, unbegun, error);
    for (const call of this.held.clear()) {
      this.#graces.end(call);
      call.fail(error);
    }
  }

  /** Hears it no more, once all has come that it has sent into channels: not every host can drain a port. */
  #hangUp(links: ReadonlyMap<number, Links>): void {
    const isOwed = (): boolean => [...links.values()].some((it) => it.isOwed);
    if (!isOwed()) {
      this.#worker.hangUp();
      return;
    }
    this.#worker.hear((message) => {
      for (let i = 1; i < message.length; i += 3) {
        // A call whose channels it speaks of has not been told of yet: it is one of these.
        const linked = links.get(message[i] as number) as Links;
        if (message[i + 1] === wire.LINK) linked.hear(message[i + 2] as readonly unknown[]);
      }
      if (!isOwed()) this.#worker.hangUp();
    });
  }

  #gone(): void {
    this.state = "gone";
    this.#owner.gone(this);
  }
}
