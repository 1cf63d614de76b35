// A server in memory, with connections to it, as far as a pool uses them: so a test has every message in its hands. It can
// hold some back and let them go, drop some, break the connections, and be killed in such a way that it forgets.
//
// What is said arrives in order, a microtask each. Its clock stands until a test moves it.

import type { NatsConnection } from "@nats-io/transport-node";

import { callApi } from "./fake-api.js";
import { ApiError, type Delivery, type FakeStream, type Headers, matches } from "./fake-streams.js";

interface Said {
  readonly from: FakeConnection;
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
  readonly headers: Headers | undefined;
}

type Callback = (error: Error | null, message: unknown) => void;

interface Subscription {
  readonly subject: string;
  readonly callback: Callback;
  max: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export class FakeNats {
  now = 1000;
  readonly streams = new Map<string, FakeStream>();
  readonly connections: FakeConnection[] = [];
  /** Everything that arrived. */
  readonly heard: string[] = [];
  /** What becomes of a message on its way here; of a mute one the answer is lost. */
  gate: (subject: string, text: string) => "pass" | "hold" | "drop" | "mute" = () => "pass";
  /** What the API refuses, by its code. */
  refuses: (subject: string) => number | undefined = () => undefined;
  #held: Said[] = [];

  connect(): NatsConnection {
    const connection = new FakeConnection(this);
    this.connections.push(connection);
    return connection as unknown as NatsConnection;
  }

  stream(pool: string, role: string): FakeStream {
    return this.streams.get(`chankit-${pool}-${role}`) as FakeStream;
  }

  get isHolding(): boolean {
    return this.#held.length > 0;
  }

  /** Lets go what was held. */
  release(): void {
    this.gate = () => "pass";
    for (const said of this.#held.splice(0)) this.take(said);
  }

  /** Time passes: leases and pulls end. */
  pass(ms: number): void {
    this.now += ms;
    for (const { consumer } of this.streams.values()) {
      if (consumer === undefined) continue;
      const over = consumer.pulls.filter(({ left, until }) => left > 0 && until <= this.now);
      for (const { inbox } of over) this.tell(inbox, { code: 408 });
      const rest = consumer.pulls.filter((pull) => !over.includes(pull) && pull.left > 0);
      consumer.pulls.splice(0, Infinity, ...rest);
    }
    this.#deliver();
  }

  /** All connections break, and come back: pulls are forgotten. */
  async reconnect(): Promise<void> {
    for (const connection of this.connections) connection.tellStatus("disconnect");
    for (const { consumer } of this.streams.values()) consumer?.pulls.splice(0);
    await new Promise((resolve) => setImmediate(resolve));
    for (const connection of this.connections) connection.tellStatus("reconnect");
  }

  /** Nothing listens at these inboxes any more: their pulls get nothing. */
  lostInterest(inboxes: string): void {
    for (const { consumer } of this.streams.values()) {
      for (const pull of consumer?.pulls ?? []) if (matches(inboxes, pull.inbox)) pull.left = 0;
    }
  }

  take(said: Said): void {
    const { subject, data } = said;
    const verdict = this.gate(subject, decoder.decode(data));
    if (verdict === "hold") this.#held.push(said);
    if (verdict === "hold" || verdict === "drop") return;
    const reply = verdict === "mute" ? "nowhere" : said.reply;
    this.heard.push(subject);
    if (subject.startsWith("$JS.ACK.")) this.#acknowledge(subject, decoder.decode(data), reply);
    else if (subject.startsWith("$JS.API.")) this.#api(subject, data, reply);
    else this.#store({ ...said, reply });
    this.#deliver();
  }

  /** A message to those that listen at a subject, or a status. */
  tell(
    subject: string,
    message: { data?: Uint8Array; code?: number; as?: string; reply?: string },
  ): number {
    const { data = new Uint8Array(), code, as = subject, reply } = message;
    const headers = code === undefined ? undefined : { code, get: () => "" };
    const string = (): string => decoder.decode(data);
    const json = (): unknown => JSON.parse(string());
    let count = 0;
    for (const { subscriptions } of this.connections) {
      for (const it of [...subscriptions]) {
        if (!matches(it.subject, subject)) continue;
        count++;
        if (--it.max === 0) subscriptions.delete(it);
        queueMicrotask(() =>
          it.callback(null, { subject: as, data, reply, headers, string, json }),
        );
      }
    }
    return count;
  }

  #store({ subject, data, reply, headers }: Said): void {
    const stream = [...this.streams.values()].find((it) => it.takes(subject));
    const listeners = this.tell(subject, { data });
    if (reply === undefined) return;
    if (stream === undefined) {
      if (listeners === 0) this.tell(reply, { code: 503 });
      return;
    }
    this.#answer(reply, () => stream.store(subject, data, headers, this.now));
  }

  #answer(reply: string, answer: () => object): void {
    this.tell(reply, { data: encoder.encode(JSON.stringify(this.#orError(answer))) });
  }

  #orError(answer: () => object): object {
    try {
      return answer();
    } catch (error) {
      const { code, message } = error as ApiError;
      return { error: { code: 400, err_code: code, description: message } };
    }
  }

  #acknowledge(subject: string, said: string, reply = ""): void {
    const [, , stream = "", , , seq] = subject.split(".");
    const [word = "", pull] = said.split(" ");
    this.streams.get(stream)?.answer(Number(seq), word, this.now);
    if (word === "+NXT") this.#pull(stream, JSON.parse(pull!) as never, reply, undefined);
  }

  #deliver(): void {
    for (const [name, stream] of this.streams) {
      for (const delivery of stream.deliveries(this.now)) this.#hand(name, delivery);
    }
  }

  #hand(stream: string, { inbox, seq, deliveries, message }: Delivery): void {
    const reply = `$JS.ACK.${stream}.chankit.${deliveries}.${seq}.${seq}.${message.at * 1e6}.0`;
    this.tell(inbox, { data: message.data, as: message.subject, reply });
  }

  #api(subject: string, data: Uint8Array, reply = ""): void {
    const body = JSON.parse(data.length === 0 ? "{}" : decoder.decode(data)) as never;
    const code = this.refuses(subject);
    if (subject.includes(".MSG.NEXT."))
      this.#pull(subject.split(".")[5] as string, body, reply, code);
    else {
      this.#answer(reply, () => {
        if (code !== undefined) throw new ApiError(code, `refused: ${code}`);
        return callApi(this.streams, subject.slice("$JS.API.".length), body);
      });
    }
  }

  #pull(
    name: string,
    { batch, expires, no_wait }: { batch: number; expires?: number; no_wait?: boolean },
    inbox: string,
    code: number | undefined,
  ): void {
    const stream = this.streams.get(name);
    if (stream === undefined || code !== undefined) this.tell(inbox, { code: code ?? 503 });
    // Without a consumer it is lost without a word.
    if (stream?.consumer === undefined || code !== undefined) return;
    const pull = { inbox, left: batch, until: this.now + (expires ?? 1e6) / 1e6 };
    stream.consumer.pulls.push(pull);
    this.#deliver();
    if (no_wait !== true || pull.left === 0) return;
    pull.left = 0;
    this.tell(inbox, { code: 404 });
  }
}

/** A connection. */
class FakeConnection {
  readonly options = {};
  readonly info = { max_payload: 1 << 20 };
  readonly features = { get: () => ({ ok: false, min: "3.0.0" }) };
  readonly subscriptions = new Set<Subscription>();
  readonly #server: FakeNats;
  readonly #statuses: { readonly type: string }[] = [];
  #wake = (): void => undefined;
  #isClosed = false;
  #requests = 0;

  constructor(server: FakeNats) {
    this.#server = server;
  }

  publish(
    subject: string,
    data: string | Uint8Array = "",
    { reply, headers }: { reply?: string; headers?: Headers } = {},
  ): void {
    if (this.#isClosed) throw new Error("closed");
    const bytes = typeof data === "string" ? encoder.encode(data) : data;
    const said = { from: this, subject, data: bytes, reply, headers };
    queueMicrotask(() => {
      this.#server.take(said);
    });
  }

  subscribe(subject: string, { callback, max = Infinity }: { callback: Callback; max?: number }) {
    const subscription = { subject, callback, max };
    this.subscriptions.add(subscription);
    const unsubscribe = (): void => {
      this.subscriptions.delete(subscription);
      this.#server.lostInterest(subject);
    };
    const drain = async (): Promise<void> => {
      await this.flush();
      unsubscribe();
    };
    return { unsubscribe, drain };
  }

  request(subject: string, data?: Uint8Array): Promise<unknown> {
    const reply = `request.${this.#server.connections.indexOf(this)}.${this.#requests++}`;
    return new Promise((resolve) => {
      this.subscribe(reply, { callback: (_, message) => resolve(message), max: 1 });
      this.publish(subject, data, { reply });
    });
  }

  /** What was said has arrived, and what that has caused is here. */
  flush(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  tellStatus(type: string): void {
    this.#statuses.push({ type });
    this.#wake();
  }

  async *status(): AsyncGenerator<{ readonly type: string }> {
    for (;;) {
      yield* this.#statuses.splice(0);
      if (this.#isClosed) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  isClosed(): boolean {
    return this.#isClosed;
  }

  closed(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#wake();
    return Promise.resolve();
  }
}
