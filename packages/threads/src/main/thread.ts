// A thread, as main sees it.
//
//   starting --> idle <--> busy --> stopping --> gone
//      '----------'----------'------------------^
//
//   starting  its worker is made; it may have been sent calls, and has said nothing yet
//   idle      it has told of all that it was sent
//   busy      it has not
//   stopping  terminated by us: it is given up for all purposes, and its end has yet to be told
//   gone      it has ended; the straight way is its own: an exit, an error, a file that cannot be loaded
//
// Invariants: from stopping on it has no call. A call that it was sent is in #calls under its slot, until
// it is told of, taken back or lost. #unbegun has, in the order of sending, all that it has not said to
// have taken, with holes for what was taken back. The worker keeps the process alive exactly while
// a call that it was sent has not settled.

import { canShare } from "../host/host.js";
import type { ThreadExitError } from "../wire/errors.js";
import { encode } from "../wire/failures.js";
import * as wire from "../wire/protocol.js";
import type { Call } from "./call.js";
import { Graces } from "./graces.js";
import { Links } from "./links.js";
import { settle } from "./outcome.js";
import { Slots } from "./slots.js";
import { ThreadWorker, type ThreadWorkerOptions } from "./thread-worker.js";
import { Unbegun } from "./unbegun.js";

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

/** So many calls between two messages of the thread are quick ones: it may have the next before it is done. */
const QUICK = 64;

/** See above. */
export class Thread {
  state: "starting" | "idle" | "busy" | "stopping" | "gone" = "starting";
  readonly index: number;
  /** Calls that it was sent and that have not settled. */
  unsettled = 0;
  /** Calls that it was sent and has not told of, those that have settled by an abort included. */
  load = 0;
  /** Whether it has ever begun a call. */
  isFruitful = false;
  /** Whether its calls are so short that a message to and fro takes longer than many of them. */
  isQuick = false;

  readonly #owner: ThreadOwner;
  readonly #grace: number;
  readonly #isShared: boolean;
  readonly #slots: Slots;
  readonly #calls: (Call | undefined)[] = [];
  readonly #unbegun = new Unbegun();
  /** The channels of calls that have some, by their slots, until they are told of. */
  readonly #links = new Map<number, Links>();
  readonly #graces = new Graces();
  readonly #worker: ThreadWorker;

  /** @throws What making a worker throws. */
  constructor(owner: ThreadOwner, index: number, options: ThreadOptions) {
    this.index = index;
    this.#owner = owner;
    this.#grace = options.grace;
    this.#isShared = canShare();
    this.#slots = new Slots(this.#isShared);
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
    return this.state === "idle" || this.state === "busy";
  }

  /** Whether it is in its loop, with nothing before it: what it is sent, it begins. */
  get isFree(): boolean {
    return this.isReady && this.#unbegun.isEmpty;
  }

  /** How many more calls it may be sent ahead. */
  get room(): number {
    // What is sent without shared memory cannot be taken back.
    if (!this.#isShared) return this.isFree ? 1 : 0;
    return Math.min(wire.PAGE - this.#unbegun.length, this.#slots.room);
  }

  /** How many calls it has not said to have begun, and could give back. */
  get movable(): number {
    return this.#unbegun.movable;
  }

  /** Whether it runs a call now, which does not wait. */
  get isBlocked(): boolean {
    const { first } = this.#unbegun;
    return first !== undefined && this.#slots.isBegun(first.slot);
  }

  /** Whether what it has not begun waits behind something else of its own. */
  get isBehind(): boolean {
    return this.load > this.#unbegun.calls().length;
  }

  /** How many of its calls run and have not settled. O(calls that it was sent ahead). */
  get running(): number {
    let notBegun = 0;
    for (const call of this.#unbegun.calls()) if (!this.#slots.isBegun(call.slot)) notBegun++;
    return this.unsettled - notBegun;
  }

  /** Sends calls, in one message: at most as many as there is {@link room}; with channels, one alone. */
  send(calls: readonly Call[]): void {
    const message: unknown[] = [wire.CALLS, undefined];
    const list: object[] = [];
    const channels = calls[0]?.channels;
    for (const call of calls) {
      const slot = this.#slots.take();
      message.push(slot, call.task, call.input);
      list.push(...call.list);
      this.#adopt(call, slot);
    }
    message[1] = this.#slots.newPage();
    if (channels !== undefined) {
      const slot = message[2] as number;
      const links = new Links(channels, this.#isShared);
      message[0] = wire.LINKED;
      message.push(links.words, links.ends);
      this.#links.set(slot, links);
      links.begin((end, ...said) => {
        this.#worker.say([wire.CHANNEL, slot, end, ...said]);
      });
    }
    this.#worker.say(message, list);
  }

  /** Takes back at most `max` calls that it has not begun, and need not be run by it. */
  takeBack(max: number): readonly Call[] {
    const calls: Call[] = [];
    for (const call of this.#unbegun.calls()) {
      if (calls.length >= max) break;
      if (isMovable(call) && this.#revoke(call)) calls.push(call);
    }
    return calls;
  }

  /** A call is aborted: it is withdrawn, or told and given its time. */
  abort(call: Call, reason: unknown): void {
    if (call.state === "sent" && this.#revoke(call)) return;
    // Its thread looks at the flag, and would then begin what is aborted by the same signal.
    for (const other of this.#unbegun.calls()) if (other.isAborted) this.#revoke(other);
    this.#slots.abort(call.slot);
    this.#worker.say([wire.ABORT, call.slot, encode(reason)]);
    const grace = this.#grace;
    this.#graces.begin(call, grace, () => {
      this.stop(`did not end task ${JSON.stringify(call.task)} within ${grace} ms after its abort`);
    });
  }

  /** A call that it was sent has settled. */
  settled(call: Call): void {
    this.unsettled--;
    this.#links.get(call.slot)?.end(false);
  }

  /** Whether it keeps the process alive. */
  keepAlive(isNeeded: boolean): void {
    this.#worker.keepAlive(isNeeded);
  }

  /** Terminates it. What it has told already counts. */
  stop(why: string): void {
    if (!this.#isAlive) return;
    for (const links of this.#links.values()) links.stop();
    this.#drain();
    this.#lose(this.#worker.terminatedError(why), (call) => this.#slots.revoke(call.slot));
    this.#worker.terminate();
    if (!this.#worker.tellsItsEnd) this.#gone();
  }

  get #isAlive(): boolean {
    return this.state !== "stopping" && this.state !== "gone";
  }

  #adopt(call: Call, slot: number): void {
    call.state = "sent";
    call.thread = this;
    call.slot = slot;
    this.#calls[slot] = call;
    this.#unbegun.push(call, isMovable(call));
    this.load++;
    this.unsettled++;
    if (this.state === "idle") this.state = "busy";
  }

  /** Whether the call has been taken out of the thread's hands. */
  #revoke(call: Call): boolean {
    if (!this.#slots.revoke(call.slot)) return false;
    // The slot stays taken until the thread has passed over it.
    this.#calls[call.slot] = undefined;
    this.settled(call);
    this.#unlink(call.slot);
    this.#disown(call);
    return true;
  }

  #disown(call: Call): void {
    this.#unbegun.remove(call, isMovable(call));
    this.load--;
    call.thread = undefined;
    if (this.state === "busy" && this.load === 0) this.state = "idle";
  }

  #receive(message: readonly unknown[]): void {
    if (this.state === "starting") this.state = this.load > 0 ? "busy" : "idle";
    const [taken] = message as [number];
    const calls = this.#unbegun.take(taken, isMovable);
    this.isQuick = calls.length >= QUICK;
    for (const call of calls) {
      this.isFruitful = true;
      if (call.state === "sent") call.state = "begun";
      call.input = undefined;
    }
    for (let i = 1; i < message.length; i += 3) {
      this.#tell(message[i] as number, message[i + 1], message[i + 2]);
    }
  }

  #tell(slot: number, outcome: unknown, value: unknown): void {
    if (outcome === wire.LINK) {
      this.#links.get(slot)?.hear(value as readonly unknown[]);
      return;
    }
    const call = this.#calls[slot];
    this.#calls[slot] = undefined;
    this.#unlink(slot);
    this.#slots.release(slot);
    // It was taken back.
    if (call === undefined) return;
    this.#graces.end(call);
    if (--this.load === 0) this.state = "idle";
    settle(call, outcome, value);
  }

  #ended(exitCode: number | undefined): void {
    if (this.#isAlive) {
      this.#drain();
      this.#lose(this.#worker.endedError(exitCode), (call) => !this.#slots.isBegun(call.slot));
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
  #lose(error: ThreadExitError, isUnbegun: (call: Call) => boolean): void {
    this.state = "stopping";
    const unbegun: Call[] = [];
    for (const call of this.#unbegun.calls()) {
      if (!isUnbegun(call)) this.isFruitful = true;
      // What was transferred is gone with the thread.
      else if (call.list.length === 0) unbegun.push(call);
    }
    for (const call of unbegun) {
      this.#calls[call.slot] = undefined;
      this.settled(call);
      this.#disown(call);
    }
    const links = new Map(this.#links);
    for (const slot of links.keys()) this.#unlink(slot);
    this.#hangUp(links);
    this.#owner.ended(this, unbegun, error);
    for (const call of this.#calls.splice(0)) {
      if (call === undefined) continue;
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
        const [slot, outcome, value] = message.slice(i, i + 3) as [
          number,
          number,
          readonly unknown[],
        ];
        // A call whose channels it speaks of has not been told of yet: it is one of these.
        if (outcome === wire.LINK) (links.get(slot) as Links).hear(value);
      }
      if (!isOwed()) this.#worker.hangUp();
    });
  }

  #gone(): void {
    this.state = "gone";
    this.#owner.gone(this);
  }

  /** Nothing more will be said of the channels of a call. */
  #unlink(slot: number): void {
    this.#links.get(slot)?.end(true);
    this.#links.delete(slot);
  }
}

/** Whether another thread may run a call that was sent to one. */
function isMovable(call: Call): boolean {
  return call.bound === undefined && call.list.length === 0;
}
