// Pulls messages out of one consumer, one a pull. The server serves pulls first come, first served, and
// tells in the same order what becomes of them; a message does not say which pull it answers, so it
// answers the oldest.
//
// Invariant: `outstanding` is the number of messages that may come without another pull.

import type { Msg, Subscription } from "@nats-io/transport-node";

import type { Link } from "./link.js";

/** The server ends a pull without a message after so long. */
const EXPIRES_MS = 10_000;
/** A pull that the server has not ended so long after that is lost. */
const GRACE_MS = 2000;
/** After an answer that says that something is wrong, pull again after so long. */
const BACKOFF_MS = 250;

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

  constructor(link: Link, { subject, data, reply = "" }: Pick<Msg, "subject" | "data" | "reply">) {
    this.#link = link;
    this.#reply = reply;
    this.subject = subject;
    this.data = data;
    // $JS.ACK.[domain.account.]stream.consumer.deliveries.seq.consumer seq.ns.pending[.token]
    const tokens = reply.split(".");
    const at = tokens.length > 9 ? 6 : 4;
    this.deliveries = Number(tokens[at]);
    this.seq = Number(tokens[at + 1]);
    this.at = Number(tokens[at + 3]) / 1e6;
  }

  /** It is done with: the consumer does not deliver it again. */
  ack(): void {
    this.#link.say(this.#reply, "+ACK");
  }

  /** It is to be delivered again, now. */
  nak(): void {
    this.#link.say(this.#reply, "-NAK");
  }

  /** It is still being worked on: its time starts anew. */
  renew(): void {
    this.#link.say(this.#reply, "+WPI");
  }
}

/** A subject for answers. */
export function inboxOf({ connection }: Link): string {
  // Where a server gives each user inboxes of its own, the connection was told so.
  const { options } = connection as { readonly options?: { readonly inboxPrefix?: string } };
  return `${options?.inboxPrefix ?? "_INBOX"}.${crypto.randomUUID()}`;
}

/** What a puller tells. */
export interface PullListener {
  /** A message, and the pull that it answers, unless that is not known any more. */
  pulled(message: Pulled, pull: string | undefined): void;
  /** A pull has ended without one. */
  ended(pull: string): void;
  /** The server says that there is no such consumer, or not now. */
  refused(): void;
}

/** Pulls from one consumer. */
export class Puller {
  readonly #link: Link;
  readonly #subject: string;
  readonly #listener: PullListener;
  /** The pulls, oldest first, and when each is lost. */
  readonly #pulls = new Map<string, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #inbox = "";
  #subscription: Subscription | undefined;
  #count = 0;

  constructor(link: Link, stream: string, consumer: string, listener: PullListener) {
    this.#link = link;
    this.#subject = `$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`;
    this.#listener = listener;
  }

  get outstanding(): number {
    return this.#pulls.size;
  }

  /** Whether a pull has not ended. */
  isWaiting(pull: string): boolean {
    return this.#pulls.has(pull);
  }

  /** Asks for one message, for `expires` ms. */
  pull(expires: number = EXPIRES_MS): string {
    this.#subscription ??= this.#subscribe();
    const id = `${this.#inbox}.${this.#count++}`;
    this.#pulls.set(id, performance.now() + expires + GRACE_MS);
    this.#link.say(this.#subject, JSON.stringify({ batch: 1, expires: expires * 1e6 }), id);
    return id;
  }

  /** Gives up pulls that the server has lost. */
  tick(): void {
    const now = performance.now();
    for (const [id, lost] of [...this.#pulls]) if (lost < now) this.#end(id);
  }

  /** The server has forgotten the pulls: so do we. */
  reset(): void {
    this.#pulls.clear();
  }

  /** Takes the pulls back. What is on its way still arrives, until the promise resolves. */
  async cancel(): Promise<void> {
    const subscription = this.#subscription;
    this.#subscription = undefined;
    this.#pulls.clear();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    if (subscription === undefined) return;
    // Without interest in their inbox the server drops the pulls. Without a connection there is no answer.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const enough = new Promise((resolve) => (timer = setTimeout(resolve, GRACE_MS)));
    await Promise.race([subscription.drain().catch(() => undefined), enough]);
    clearTimeout(timer);
    subscription.unsubscribe();
  }

  #subscribe(): Subscription {
    this.#inbox = inboxOf(this.#link);
    return this.#link.connection.subscribe(`${this.#inbox}.*`, {
      callback: (error, message) => {
        if (error === null) this.#take(message);
      },
    });
  }

  #take(message: Msg): void {
    const code = message.headers?.code ?? 0;
    if (code === 0) {
      const [oldest] = this.#pulls.keys();
      if (oldest !== undefined) this.#pulls.delete(oldest);
      this.#listener.pulled(new Pulled(this.#link, message), oldest);
    } else if (code === 404 || code === 408) {
      this.#end(message.subject);
    } else if (this.#pulls.has(message.subject)) {
      // The consumer is not there, or not now: asking again at once would ask without end.
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#end(message.subject);
      }, BACKOFF_MS);
      this.#timers.add(timer);
      this.#listener.refused();
    }
  }

  #end(id: string): void {
    if (this.#pulls.delete(id)) this.#listener.ended(id);
  }
}
