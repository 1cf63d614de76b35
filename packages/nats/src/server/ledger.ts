// The entries about a job. Each has a subject of its own that takes one message: so every step of a job
// happens once, whichever processes try it, how often, and however much later. It needs no window of time,
// and outlives a kill of the server.

import type { JetStreamManager, MsgRequest, StoredMsg, StreamInfo } from "@nats-io/jetstream";

import { fromFrame, toFrame } from "../codec/frame.js";
import { CODE, GoneError, isCode, isStreamMissing, isTransient } from "../errors.js";
import type { Link } from "./link.js";
import type { Names } from "./names.js";
import type { Conditions } from "./conditions.js";
import type { Stored } from "./wire.js";

/** What stands in WAIT about a job; behind it is the input. */
export interface JobHead {
  readonly id: string;
  readonly task: string;
  readonly kind: "json" | "bytes";
}

/** The fate of a job; behind it is the input, if it is to run and that is long (tasks.ts). */
export interface FateHead extends JobHead {
  readonly fate: "run" | "skip" | "dup";
  /** When the job was accepted, in epoch ms of the server. */
  readonly at: number;
  /** Of one that is run: which crew has begun it, at which delivery. */
  readonly by?: string;
  readonly first?: number;
  /** The length of the input, if it is here. */
  readonly input?: number | undefined;
}

/** A result; behind it are the input, if there was room for both or RUN has it not, and the output or the reason. */
export interface DoneHead extends JobHead {
  /** The sequence of the job in RUN. */
  readonly run: number;
  readonly attempts: number;
  readonly status: "fulfilled" | "rejected";
  readonly out: "json" | "bytes" | "none";
  /** The length of the input, if it is here. */
  readonly input: number | undefined;
}

/** A claim of a result. */
export interface ToldHead {
  readonly by: string;
  readonly how: "read" | "unread";
  /** The sequences in RUN and in DONE. */
  readonly run: number;
  readonly done: number;
}

/** What came of writing an entry. */
export interface Written {
  readonly seq: number;
  /** `taken`: there is one already. `duplicate`: the id was used; `seq` is of the entry that has it. */
  readonly outcome: "written" | "taken" | "duplicate";
}

/** Writes and reads the entries of one pool. */
export class Ledger {
  readonly link: Link;
  readonly names: Names;
  /** Of all calls, in ms; `Infinity` where a process must not give up. */
  readonly timeout: number;

  constructor(link: Link, names: Names, timeout: number) {
    this.link = link;
    this.names = names;
    this.timeout = timeout;
  }

  /**
   * Writes an entry, unless there is one.
   *
   * @throws GoneError if the pool was destroyed.
   */
  async write(
    stream: string,
    subject: string,
    head: object,
    parts: readonly Uint8Array[] = [],
    msgID?: string,
  ): Promise<Written> {
    const frame = toFrame(head, ...parts);
    const conditions = { lastSubjectSequence: 0, msgID };
    try {
      const { seq, duplicate } = await this.store(subject, frame, conditions, (manager, error) =>
        this.missing(manager, stream, error),
      );
      return { seq, outcome: duplicate ? "duplicate" : "written" };
    } catch (error) {
      if (isCode(error, CODE.taken)) return { seq: 0, outcome: "taken" };
      throw error;
    }
  }

  /**
   * Has a message stored, and asks again while there is no answer: each time `unheard` may find out why.
   *
   * @throws What the server says, and what `unheard` and `check` throw.
   */
  async store(
    subject: string,
    frame: Uint8Array,
    conditions: Conditions,
    unheard: (manager: JetStreamManager, error: unknown) => Promise<never>,
    check?: () => void,
  ): Promise<Stored> {
    const { link } = this;
    const since = performance.now();
    check?.();
    // Hardly any fails: so the first time it is done without all that is needed to do it again.
    let storing: Promise<Stored> | undefined = link.store(subject, frame, conditions);
    try {
      return await storing;
    } catch (error) {
      if (!isTransient(error) && !link.isClosed) throw error;
      if (!link.isConnected) storing = undefined;
    }
    const again = async (manager: JetStreamManager): Promise<Stored> => {
      // Before it is sent again, why the first one has failed is found out.
      const stored = storing ?? link.store(subject, frame, conditions);
      storing = undefined;
      return stored.catch((error: unknown) => {
        if (!isTransient(error)) throw error;
        return unheard(manager, error);
      });
    };
    return this.call(again, check, since);
  }

  /**
   * The entry at a sequence, or the last one at a subject, or the first one there whose sequence is `from` or more;
   * `undefined` if there is none.
   */
  async read(stream: string, at: string | number, from?: number): Promise<StoredMsg | undefined> {
    const query = queryOf(at, from);
    const message = await this.call((manager) =>
      manager.streams.getMessage(stream, query).catch((error: unknown) => {
        if (isStreamMissing(error)) throw new GoneError();
        throw error;
      }),
    );
    return message ?? undefined;
  }

  /** The line at the front of an entry. */
  async head<Head>(stream: string, at: string | number): Promise<Head | undefined> {
    const message = await this.read(stream, at);
    return message && fromFrame<Head>(message.data).head;
  }

  /** Forgets an entry; that it is forgotten already is no error. */
  async erase(stream: string, seq: number): Promise<void> {
    await this.call((manager) =>
      manager.streams.deleteMessage(stream, seq, false).catch((error: unknown) => {
        if (isStreamMissing(error)) throw new GoneError();
        const isGone = isCode(error, CODE.noMessage) || isCode(error, CODE.noSequence);
        if (!isGone) throw error;
      }),
    );
  }

  /**
   * What a stream says of itself, and of the subjects that it has of those asked for.
   *
   * @throws GoneError if the pool was destroyed.
   */
  info(stream: string, subjects?: string, check?: () => void): Promise<StreamInfo> {
    const query = subjects === undefined ? {} : { subjects_filter: subjects };
    return this.call(
      (manager) =>
        manager.streams.info(stream, query).catch((error: unknown) => {
          throw isStreamMissing(error) ? new GoneError() : error;
        }),
      check,
    );
  }

  /** See `Link.call`. */
  call<T>(
    fn: (manager: JetStreamManager) => Promise<T>,
    check?: () => void,
    since?: number,
  ): Promise<T> {
    return this.link.call(
      `pool ${JSON.stringify(this.names.pool)}`,
      this.timeout,
      fn,
      check,
      since,
    );
  }

  /** There is no answer: because JetStream is starting, or because the stream is gone? */
  async missing(manager: JetStreamManager, stream: string, error: unknown): Promise<never> {
    await manager.streams.info(stream).catch((reason: unknown) => {
      if (isStreamMissing(reason)) throw new GoneError();
    });
    throw error;
  }
}

function queryOf(at: string | number, from: number | undefined): MsgRequest {
  if (typeof at === "number") return { seq: at };
  if (from === undefined) return { last_by_subj: at };
  // Servers know this, the type does not.
  const next = { seq: from, next_by_subj: at };
  return next;
}
