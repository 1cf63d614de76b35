// Pulls messages out of one consumer. A message does not say which pull it answers, nor does the server answer pulls
// in their order: some end earlier than others. So each pull has a lane, a subscription of its own while it
// waits; lanes are used again.
//
// An acknowledgement can bring a pull along, which spares a message: so the last one that has not left does.
//
// Invariant: `outstanding` is the number of messages that may come without another pull.

import type { Msg, Subscription } from "@nats-io/transport-node";

import type { Link } from "./link.js";
import { inboxOf, type Said, statusOf } from "./wire.js";

/** The server ends a pull without a message after so long. */
const EXPIRES_MS = 10_000;
/** A pull that the server has not ended so long after that is lost. */
const GRACE_MS = 2000;
/** After an answer that says that something is wrong, pull again after so long. */
const BACKOFF_MS = 250;

const encoder = new TextEncoder();
const ACK = encoder.encode("+ACK");
const NAK = encoder.encode("-NAK");
const RENEW = encoder.encode("+WPI");
/** Acknowledges, and pulls by what stands behind it. */
const NEXT = "+NXT ";

/** A message that was pulled. */
export class Pulled {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Its sequence in the stream. */
  readonly seq: number;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
  /** When it was stored, by the server's clock, in epoch ms. */
  readonly at: number;
  readonly #reply: string;
  readonly #link: Link;
  readonly #acked: (said: Said) => void;

  /** `acked` is told of the acknowledgement, before that leaves. */
  constructor(
    link: Link,
    { subject, data, reply }: Pick<Msg, "subject" | "data" | "reply">,
    acked: (said: Said) => void = () => undefined,
  ) {
    this.#link = link;
    this.#acked = acked;
    this.#reply = reply as string;
    this.subject = subject;
    this.data = data;
    // $JS.ACK.[domain.account.]stream.consumer.deliveries.seq.consumer seq.ns.pending[.token]
    const tokens = this.#reply.split(".");
    const at = tokens.length > 9 ? 6 : 4;
    this.deliveries = Number(tokens[at]);
    this.seq = Number(tokens[at + 1]);
    this.at = Number(tokens[at + 3]) / 1e6;
  }

  /** It is done with: the consumer does not deliver it again. */
  ack(): void {
    this.#acked(this.#link.say(this.#reply, ACK));
  }

  /** It is to be delivered again, now. */
  nak(): void {
    this.#link.say(this.#reply, NAK);
  }

  /** It is still being worked on: its time starts anew. */
  renew(): void {
    this.#link.say(this.#reply, RENEW);
  }
}

/** What a puller tells. */
export interface PullListener {
  /** A message, maybe for a pull that was given up. */
  pulled(message: Pulled): void;
  /** A pull has ended, maybe without one. */
  ended(): void;
  /** The server says that there is no such consumer, or not now; or it says nothing. */
  refused(): void;
}

/** What the server answers one pull at a time with. */
interface Lane {
  readonly inbox: string;
  subscription: Subscription | undefined;
  /** Of the pull: its id, how many messages may come yet, and when they are lost. */
  pull: string;
  left: number;
  lost: number;
}

/** Pulls from one consumer. */
export class Puller {
  readonly #link: Link;
  readonly #subject: string;
  readonly #listener: PullListener;
  /** Those of the pulls that wait, by pull. */
  readonly #busy = new Map<string, Lane>();
  #free: Lane[] = [];
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #outstanding = 0;
  #count = 0;
  /** The last acknowledgement, unless it brings a pull along. */
  #acked: Said | undefined;

  constructor(link: Link, stream: string, consumer: string, listener: PullListener) {
    this.#link = link;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#listener = listener;
  }

  get outstanding(): number {
    return this.#outstanding;
  }

  /** Asks for so many messages. */
  pull(batch: number): void {
    const lane = this.#free.pop() ?? this.#open();
    lane.pull = `${lane.inbox}.${this.#count++}`;
    lane.left = batch;
    lane.lost = performance.now() + EXPIRES_MS + GRACE_MS;
    this.#busy.set(lane.pull, lane);
    this.#outstanding += batch;
    this.#ask(`{"batch":${batch},"expires":${EXPIRES_MS * 1e6}}`, lane.pull);
  }

  /** Gives up pulls that the server has lost. */
  tick(): void {
    const now = performance.now();
    const lost = [...this.#busy.values()].filter((lane) => lane.lost < now);
    for (const lane of lost) this.#end(lane);
    // So it is where there is no consumer.
    if (lost.length > 0) this.#listener.refused();
  }

  /** The server has forgotten the pulls: so do we. */
  reset(): void {
    for (const lane of [...this.#busy.values()]) this.#release(lane);
  }

  /** Takes the pulls back. What is on its way still arrives, until the promise resolves. */
  async cancel(): Promise<void> {
    this.reset();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    const subscriptions = this.#free.map(({ subscription }) => subscription as Subscription);
    this.#free = [];
    if (subscriptions.length === 0) return;
    this.#link.flush();
    // Without interest in their inboxes the server drops the pulls. Without a connection there is no answer.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS)));
    const drained = Promise.all(subscriptions.map((it) => it.drain().catch(() => undefined)));
    await Promise.race([drained, enough]);
    clearTimeout(timer);
    for (const subscription of subscriptions) subscription.unsubscribe();
  }

  #ask(request: string, inbox: string): void {
    const acked = this.#acked;
    this.#acked = undefined;
    if (acked === undefined || acked.hasLeft) {
      this.#link.say(this.#subject, request, inbox);
      return;
    }
    acked.data = `${NEXT}${request}`;
    acked.reply = inbox;
  }

  #open(): Lane {
    const inbox = inboxOf(this.#link.connection);
    const lane: Lane = { inbox, subscription: undefined, pull: "", left: 0, lost: 0 };
    lane.subscription = this.#link.connection.subscribe(`${inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#take(lane, message);
      },
    });
    return lane;
  }

  readonly #onAck = (said: Said): void => void (this.#acked = said);

  #take(lane: Lane, message: Msg): void {
    const code = statusOf(message);
    if (code === 0) {
      // What comes to a pull that was given up is taken all the same.
      if (lane.left > 0) this.#answered(lane);
      this.#listener.pulled(new Pulled(this.#link, message, this.#onAck));
    } else if (message.subject !== lane.pull || !this.#busy.has(lane.pull)) {
      // Of one that was given up.
    } else if (code === 404 || code === 408) {
      this.#end(lane);
    } else {
      // The consumer is not there, or not now: asking again at once would ask without end.
      const { pull } = lane;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        if (lane.pull === pull && this.#busy.has(pull)) this.#end(lane);
      }, BACKOFF_MS);
      this.#timers.add(timer);
      this.#listener.refused();
    }
  }

  #answered(lane: Lane): void {
    lane.left--;
    this.#outstanding--;
    if (lane.left === 0) this.#release(lane);
  }

  #end(lane: Lane): void {
    this.#release(lane);
    this.#listener.ended();
  }

  #release(lane: Lane): void {
    this.#outstanding -= lane.left;
    lane.left = 0;
    this.#busy.delete(lane.pull);
    this.#free.push(lane);
  }
}
