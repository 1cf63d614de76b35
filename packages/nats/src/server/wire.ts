// What a connection carries for us. All that is said until the microtasks have run dry leaves in one write,
// since a write costs both sides more than what is in it; and one subscription has the answers to all requests.
// The server keeps where a subject leads as long as few of them are in use: so the subjects for answers are used again.
//
// Invariant: what was said first leaves first. But what does not go through here, a subscription and its end, may
// overtake it: hence `flush`.

import {
  createInbox,
  type Msg,
  type MsgHdrs,
  type NatsConnection,
  type PublishOptions,
} from "@nats-io/transport-node";

import { NoAnswerError, NoListenerError, ServerError } from "../errors.js";
import { unref, whenDry } from "../platform.js";
import { type Conditions, headersOf } from "./conditions.js";

/** That a message is stored. */
export interface Stored {
  readonly seq: number;
  /** Whether it was known: `seq` is that of the first one. */
  readonly duplicate: boolean;
}

/** What was said. Until it leaves, it may be made to say more. */
export interface Said {
  readonly subject: string;
  data: string | Uint8Array;
  reply: string | undefined;
  /** Of what is to be stored; with a reply it is answered. */
  readonly headers: MsgHdrs | undefined;
  hasLeft: boolean;
}

interface Request {
  readonly resolve: (stored: Stored) => void;
  readonly reject: (error: Error) => void;
  readonly subject: string;
  readonly deadline: number;
}

/** An inbox is used again after so many others: should its answer come twice, it is for none. */
const SPARE_INBOXES = 64;

/** One connection, as it is used here. */
export class Wire {
  readonly #connection: NatsConnection;
  /** For how many ms a request waits. */
  readonly #patience: number;
  #outbox: Said[] = [];
  /** By their inboxes; the oldest first. */
  readonly #requests = new Map<string, Request>();
  #root = "";
  /** Those that were answered, and so are not any more; the one that was longest ago first. */
  readonly #inboxes: string[] = [];
  #count = 0;
  #isTicking = false;
  /** What is to be called before all leaves. */
  readonly #last = new Set<() => void>();
  #isLeaving = false;

  constructor(connection: NatsConnection, patience: number) {
    this.#connection = connection;
    this.#patience = patience;
  }

  /** Says something, without an answer; in vain while there is no connection, which is no error. */
  say(subject: string, data: string | Uint8Array, reply?: string): Said {
    return this.#put(subject, data, reply, undefined);
  }

  /** Says it once, however often it is said before it leaves: what was said last. */
  sayOnce(subject: string, text: string): void {
    const said = this.#outbox.find((it) => it.subject === subject);
    if (said === undefined) this.say(subject, text);
    else said.data = text;
  }

  /**
   * Has a message stored.
   *
   * @throws ServerError if the server refuses it, NoListenerError if no stream listens at the subject, NoAnswerError
   * if there is no answer.
   */
  store(subject: string, data: Uint8Array, conditions: Conditions): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const headers = headersOf(conditions);
      const inbox = this.#freeInbox();
      const deadline = performance.now() + this.#patience;
      this.#requests.set(inbox, { resolve, reject, subject, deadline });
      this.#tickIn(this.#patience);
      this.#put(subject, data, inbox, headers);
    });
  }

  /**
   * Has messages stored, one behind the other; the answer is that to the last one, the others get none.
   *
   * @throws What `store` throws.
   */
  storeAll(
    subject: string,
    messages: readonly (readonly [data: Uint8Array, conditions: Conditions])[],
  ): Promise<Stored> {
    for (const [data, conditions] of messages.slice(0, -1)) {
      this.#put(subject, data, undefined, headersOf(conditions));
    }
    const [data, conditions] = messages.at(-1) as (typeof messages)[number];
    return this.store(subject, data, conditions);
  }

  /** Calls `fn`, once, when all has been said that this turn leads to: what it says leaves with that. */
  atEnd(fn: () => void): void {
    this.#last.add(fn);
    this.#leave();
  }

  /** Sends now what was said. */
  flush(): void {
    for (const fn of this.#last) {
      this.#last.delete(fn);
      try {
        fn();
      } catch {
        // A connection that is about to be closed takes no subscription; what others have said leaves.
      }
    }
    const outbox = this.#outbox;
    this.#outbox = [];
    this.#isLeaving = false;
    for (const said of outbox) {
      said.hasLeft = true;
      try {
        // Without a reply or headers it is as if there were no such options.
        this.#connection.publish(said.subject, said.data, said as PublishOptions);
      } catch (error) {
        // Closed, or about to be. What is said without an answer is only ever repeated by time.
        if (said.reply !== undefined) this.#take(said.reply)?.reject(error as Error);
      }
    }
  }

  /** The connection is broken: there will be no answers. */
  interrupt(error: Error): void {
    for (const [inbox, { reject }] of [...this.#requests]) {
      this.#requests.delete(inbox);
      reject(error);
    }
  }

  #put(
    subject: string,
    data: string | Uint8Array,
    reply: string | undefined,
    headers: MsgHdrs | undefined,
  ): Said {
    const said = { subject, data, reply, headers, hasLeft: false };
    this.#outbox.push(said);
    this.#leave();
    return said;
  }

  #leave(): void {
    if (this.#isLeaving) return;
    this.#isLeaving = true;
    whenDry(() => this.flush());
  }

  #freeInbox(): string {
    if (this.#root === "") this.#subscribe();
    const inbox = this.#inboxes.length > SPARE_INBOXES ? this.#inboxes.shift() : undefined;
    return inbox ?? `${this.#root}.${this.#count++}`;
  }

  #subscribe(): void {
    this.#root = inboxOf(this.#connection);
    this.#connection.subscribe(`${this.#root}.*`, {
      callback: (_, message) => {
        const inbox = message.subject;
        const request = this.#take(inbox);
        if (request === undefined) return;
        // One that was given up is never used again: its answer may come yet.
        this.#inboxes.push(inbox);
        settle(request, message);
      },
    });
  }

  /** The request whose answer comes to this inbox. */
  #take(inbox: string): Request | undefined {
    const request = this.#requests.get(inbox);
    this.#requests.delete(inbox);
    return request;
  }

  #tickIn(ms: number): void {
    if (this.#isTicking) return;
    this.#isTicking = true;
    unref(setTimeout(() => this.#tick(), ms));
  }

  /** Gives up those that have waited for long enough. */
  #tick(): void {
    this.#isTicking = false;
    const now = performance.now();
    for (const [inbox, { deadline, reject }] of [...this.#requests]) {
      if (deadline > now) {
        this.#tickIn(deadline - now);
        return;
      }
      this.#requests.delete(inbox);
      reject(new NoAnswerError(`no answer for ${this.#patience} ms`));
    }
  }
}

/** Tells what the server says about a message. */
function settle({ resolve, reject, subject }: Request, answer: Msg): void {
  if (statusOf(answer) === 503) {
    reject(new NoListenerError(subject));
    return;
  }
  const { error, seq, duplicate } = answer.json<{
    readonly error?: { readonly err_code: number; readonly description: string };
    readonly seq: number;
    readonly duplicate?: boolean;
  }>();
  if (error === undefined) resolve({ seq, duplicate: duplicate === true });
  else reject(new ServerError(error.description, error.err_code));
}

/** What the server says instead of a message, or of the answer of a stream; 0 if this is one. */
export function statusOf(message: Msg): number {
  // To read headers costs more than all else here; and what has none of these says is not empty.
  return message.data.length > 0 ? 0 : (message.headers?.code ?? 0);
}

/** A subject for answers. */
export function inboxOf(connection: NatsConnection): string {
  // Where a server gives each user inboxes of its own, the connection was told so.
  const { options } = connection as { readonly options?: { readonly inboxPrefix?: string } };
  return createInbox(options?.inboxPrefix);
}
