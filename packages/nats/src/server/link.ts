// The way to the server, over a connection that belongs to the user: it may break and come back, and the
// server may restart, while a call is under way.
//
// `call` repeats what the server has not answered. So what is called must be idempotent: every entry that
// we write has a subject or an id of its own, which the server takes once.
//
// Invariant: a call that is under way when the connection breaks is not waited for; it is repeated when
// the connection is back. Without that it would end by its timeout.

import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";

import { ConnectionClosedError, isTransient, NoAnswerError, timeoutError } from "../errors.js";
import { MAX_MS } from "../options.js";
import type { Conditions } from "./conditions.js";
import { type Said, type Stored, Wire } from "./wire.js";

/** How long one try may take, in ms. */
const TRY_MS = 2000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** What is told about the connection. */
export interface LinkListener {
  /** It is broken. */
  disconnected?(): void;
  /** It is back: the server may have restarted, and has forgotten what it only kept in memory. */
  reconnected(): void;
  /** It is closed for good. */
  closed(): void;
}

const links = new WeakMap<NatsConnection, Link>();

/** A connection, with its JetStream. */
export class Link {
  readonly connection: NatsConnection;
  readonly #wire: Wire;
  readonly #manager: Promise<JetStreamManager>;
  readonly #listeners = new Set<LinkListener>();
  /** Ends the tries that are under way. */
  readonly #underWay = new Set<(error: Error) => void>();
  /** Wakes the calls that wait for the connection. */
  readonly #waiting = new Set<() => void>();
  #isConnected: boolean;
  #isClosed = false;

  /** The one of this connection. */
  static of(connection: NatsConnection): Link {
    let link = links.get(connection);
    if (link === undefined) links.set(connection, (link = new Link(connection)));
    return link;
  }

  private constructor(connection: NatsConnection) {
    this.connection = connection;
    this.#wire = new Wire(connection, TRY_MS);
    this.#manager = jetstreamManager(connection, { timeout: TRY_MS, checkAPI: false });
    // There is none while the connection is down.
    this.#isConnected = connection.info !== undefined;
    void this.#follow();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get isClosed(): boolean {
    return this.#hasClosed();
  }

  listen(listener: LinkListener): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: LinkListener): void {
    this.#listeners.delete(listener);
  }

  /**
   * What `fn` gives, called again and again while the server does not answer, for `timeout` ms from `since` on, and
   * while `check` does not throw.
   *
   * @throws PoolTimeoutError when these are over, ConnectionClosedError, or what the server says.
   */
  async call<T>(
    what: string,
    timeout: number,
    fn: (manager: JetStreamManager) => Promise<T>,
    check?: () => void,
    since: number = performance.now(),
  ): Promise<T> {
    const manager = await this.#manager;
    const deadline = since + timeout;
    let cause: unknown;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      if (this.isClosed) throw this.closedError(what);
      check?.();
      if (this.#isConnected) {
        try {
          return await this.#try(() => fn(manager));
        } catch (error) {
          // When the connection has closed, anything may be thrown: that is told next.
          if (!isTransient(error) && !this.#hasClosed()) throw error;
          cause = error;
        }
      }
      const left = deadline - performance.now();
      if (left <= 0) throw timeoutError(what, timeout, cause);
      await this.#pause(Math.min(left, pause));
    }
  }

  /** For what cannot be done because the connection is closed. */
  closedError(what: string): ConnectionClosedError {
    return new ConnectionClosedError(`${what}: the connection to the server is closed`);
  }

  /** See `Wire.say`. */
  say(subject: string, data: string | Uint8Array, reply?: string): Said {
    return this.#wire.say(subject, data, reply);
  }

  /** See `Wire.sayOnce`. */
  sayOnce(subject: string, text: string): void {
    this.#wire.sayOnce(subject, text);
  }

  /** See `Wire.store`. To be repeated, as `Ledger.store` does. */
  store(subject: string, data: Uint8Array, conditions: Conditions): Promise<Stored> {
    // What is said while it is broken would be said when it is back, too late.
    if (!this.#isConnected) return Promise.reject(new NoAnswerError("the connection is broken"));
    return this.#wire.store(subject, data, conditions);
  }

  /** See `Wire.storeAll`; it is not repeated. */
  storeAll(
    subject: string,
    messages: readonly (readonly [data: Uint8Array, conditions: Conditions])[],
  ): Promise<Stored> {
    if (!this.#isConnected) return Promise.reject(new NoAnswerError("the connection is broken"));
    return this.#wire.storeAll(subject, messages);
  }

  /** See `Wire.atEnd`. */
  atEnd(fn: () => void): void {
    this.#wire.atEnd(fn);
  }

  /** What was said leaves now: before what does not go this way. */
  flush(): void {
    this.#wire.flush();
  }

  #hasClosed(): boolean {
    return this.#isClosed || this.connection.isClosed();
  }

  #try<T>(fn: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#underWay.add(reject);
      const leave = (): void => void this.#underWay.delete(reject);
      fn().then(
        (value) => {
          leave();
          resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(error);
        },
      );
    });
  }

  /** Ends early when the connection comes back, or is closed. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, MAX_MS));
      this.#waiting.add(wake);
    });
  }

  async #follow(): Promise<void> {
    for await (const { type } of this.connection.status()) {
      if (type === "disconnect") this.#disconnected();
      if (type === "reconnect") this.#reconnected();
    }
    await this.connection.closed();
    this.#isClosed = true;
    this.#disconnected();
    for (const wake of [...this.#waiting]) wake();
    for (const listener of [...this.#listeners]) listener.closed();
  }

  #disconnected(): void {
    this.#isConnected = false;
    const error = new NoAnswerError("the connection broke");
    this.#wire.interrupt(error);
    for (const reject of [...this.#underWay]) reject(error);
    this.#underWay.clear();
    for (const listener of [...this.#listeners]) listener.disconnected?.();
  }

  #reconnected(): void {
    this.#isConnected = true;
    for (const wake of [...this.#waiting]) wake();
    for (const listener of [...this.#listeners]) listener.reconnected();
  }
}
