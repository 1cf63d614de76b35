// Streams and consumers of a server in memory, as far as a pool uses them: see `fake-nats.ts`.

export interface Headers {
  get(name: string): string;
}

export class ApiError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

interface Config {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly retention?: string;
}

interface Stored {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly at: number;
}

interface Pull {
  readonly inbox: string;
  left: number;
  readonly until: number;
}

/** What a message is delivered with. */
export interface Delivery {
  readonly inbox: string;
  readonly seq: number;
  readonly deliveries: number;
  readonly message: Stored;
}

/** Whether a subject is one of those that a pattern means. */
export function matches(pattern: string, subject: string): boolean {
  const [wanted, given] = [pattern.split("."), subject.split(".")];
  const end = wanted.indexOf(">");
  const isAsLong = end < 0 ? wanted.length === given.length : given.length > end;
  return (
    isAsLong && wanted.every((it, i) => (end >= 0 && i >= end) || it === "*" || it === given[i])
  );
}

export class FakeConsumer {
  /** Up to where all was delivered. */
  delivered = 0;
  readonly pulls: Pull[] = [];
  /** What was delivered and is not acknowledged: how often, and until when it is not delivered again. */
  readonly pending = new Map<number, { deliveries: number; until: number }>();
  readonly lease: number;

  constructor(lease: number) {
    this.lease = lease;
  }

  get floor(): number {
    return Math.min(this.delivered, ...[...this.pending.keys()].map((seq) => seq - 1));
  }
}

export class FakeStream {
  config: Config;
  readonly created = `${Math.random()}`;
  last = 0;
  readonly messages = new Map<number, Stored>();
  readonly ids = new Map<string, number>();
  consumer: FakeConsumer | undefined;
  #lastID: string | undefined;

  constructor(config: Config) {
    this.config = config;
  }

  takes(subject: string): boolean {
    return this.config.subjects.some((pattern) => matches(pattern, subject));
  }

  lastOf(subject: string): number {
    return Math.max(0, ...this.seqs.filter((seq) => this.messages.get(seq)?.subject === subject));
  }

  /** The first one of a subject from `from` on; 0 if there is none. */
  nextOf(subject: string, from: number): number {
    const isNext = (seq: number): boolean =>
      seq >= from && this.messages.get(seq)?.subject === subject;
    return this.seqs.find(isNext) ?? 0;
  }

  get seqs(): readonly number[] {
    return [...this.messages.keys()].sort((a, b) => a - b);
  }

  /** Stores a message, on the conditions in its headers. */
  store(subject: string, data: Uint8Array, headers: Headers | undefined, at: number): object {
    const of = (name: string): string | undefined => headers?.get(`Nats-${name}`) || undefined;
    const id = of("Msg-Id");
    const known = id === undefined ? undefined : this.ids.get(id);
    if (known !== undefined) return { seq: known, duplicate: true };
    const ofSubject = of("Expected-Last-Subject-Sequence");
    if (ofSubject !== undefined && Number(ofSubject) !== this.lastOf(subject)) {
      throw new ApiError(10071, `wrong last sequence: ${this.lastOf(subject)}`);
    }
    const last = of("Expected-Last-Sequence");
    if (last !== undefined && Number(last) !== this.last) {
      throw new ApiError(10071, `wrong last sequence: ${this.last}`);
    }
    const lastID = of("Expected-Last-Msg-Id");
    if (lastID !== undefined && lastID !== this.#lastID) {
      throw new ApiError(10070, `wrong last msg ID: ${this.#lastID}`);
    }
    this.messages.set(++this.last, { subject, data, at });
    if (id !== undefined) this.ids.set(id, this.last);
    this.#lastID = id;
    return { seq: this.last };
  }

  purge(seq: number): void {
    for (const it of this.seqs) if (it < seq) this.messages.delete(it);
    this.last = Math.max(this.last, seq - 1);
    if (this.consumer === undefined) return;
    this.consumer.delivered = Math.max(this.consumer.delivered, seq - 1);
    // So do servers: they forget all of it.
    this.consumer.pending.clear();
  }

  info(filter?: string): object {
    const { seqs, last, config, created } = this;
    const subjects: Record<string, number> = {};
    for (const { subject } of this.messages.values()) {
      if (filter !== undefined && matches(filter, subject)) subjects[subject] = 1;
    }
    const state = { messages: seqs.length, first_seq: seqs[0] ?? last + 1, last_seq: last };
    return { config, created, state: { ...state, subjects } };
  }

  /** What is to be delivered now, one after the other. */
  *deliveries(now: number): Generator<Delivery> {
    const { consumer } = this;
    while (consumer !== undefined) {
      const pull = consumer.pulls.find(({ left, until }) => left > 0 && until > now);
      const seq = pull && this.#next(consumer, now);
      if (pull === undefined || seq === undefined) return;
      const deliveries = (consumer.pending.get(seq)?.deliveries ?? 0) + 1;
      consumer.pending.set(seq, { deliveries, until: now + consumer.lease });
      consumer.delivered = Math.max(consumer.delivered, seq);
      pull.left--;
      yield { inbox: pull.inbox, seq, deliveries, message: this.messages.get(seq) as Stored };
    }
  }

  #next(consumer: FakeConsumer, now: number): number | undefined {
    const due = [...consumer.pending].filter(([, { until }]) => until <= now).map(([seq]) => seq);
    return [...due, ...this.seqs.filter((seq) => seq > consumer.delivered)].find((seq) => {
      const isThere = this.messages.has(seq);
      if (!isThere) consumer.pending.delete(seq);
      return isThere;
    });
  }

  answer(seq: number, word: string, now: number): void {
    const pending = this.consumer?.pending.get(seq);
    if (pending === undefined) return;
    if (word === "+WPI") pending.until = now + (this.consumer?.lease ?? 0);
    else if (word === "-NAK") pending.until = now;
    else {
      this.consumer?.pending.delete(seq);
      if (this.config.retention === "workqueue") this.messages.delete(seq);
    }
  }
}
