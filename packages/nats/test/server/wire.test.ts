// What a connection carries: on one that keeps what it was given.

import { afterEach, describe, expect, it, jest } from "@jest/globals";
import type { NatsConnection } from "@nats-io/transport-node";

import { settle } from "@chankit/channel/testing";

import { isNoResponders, isTransient, ServerError } from "../../src/errors.js";
import { Wire } from "../../src/server/wire.js";

const PATIENCE = 100;

class FakeConnection {
  readonly published: {
    subject: string;
    data: unknown;
    reply: string | undefined;
    headers: string;
  }[] = [];
  isClosed = false;
  #answer: (error: null, message: unknown) => void = () => undefined;

  get connection(): NatsConnection {
    return this as unknown as NatsConnection;
  }

  get subjects(): readonly string[] {
    return this.published.map(({ subject }) => subject);
  }

  subscribe(_: string, { callback }: { callback: (error: null, message: unknown) => void }): void {
    this.#answer = callback;
  }

  publish(
    subject: string,
    data: unknown,
    { reply, headers = "" }: { reply?: string; headers?: unknown },
  ): void {
    if (this.isClosed) throw new Error("closed");
    this.published.push({ subject, data, reply, headers: String(headers) });
  }

  /** Answers the nth request. */
  answer(nth: number, answer: unknown, code?: number): void {
    const { reply } = this.published[nth]!;
    const data = new Uint8Array(code === undefined ? 1 : 0);
    this.#answer(null, { subject: reply, data, headers: code && { code }, json: () => answer });
  }
}

function start(): { readonly server: FakeConnection; readonly wire: Wire } {
  const server = new FakeConnection();
  return { server, wire: new Wire(server.connection, PATIENCE) };
}

const none = new Uint8Array();

describe("the wire", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("D5: what is said in one turn leaves at its end, in order, also what microtasks say", async () => {
    const { server, wire } = start();
    wire.say("a", "");
    void Promise.resolve().then(() => {
      wire.say("b", "", "inbox");
    });
    wire.sayOnce("hint", "1");
    wire.sayOnce("hint", "2");
    expect(server.published).toEqual([]);
    await settle();
    expect(server.subjects).toEqual(["a", "hint", "b"]);
    expect(server.published[1]?.data).toBe("2");
    expect(server.published[2]?.reply).toBe("inbox");
    wire.sayOnce("hint", "3");
    wire.flush();
    expect(server.subjects).toEqual(["a", "hint", "b", "hint"]);
  });

  it("D5: what is to be said at the end of a turn leaves with the rest, once; what fails holds up nothing", async () => {
    const { server, wire } = start();
    const last = (): void => {
      wire.say("last", "");
    };
    wire.atEnd(last);
    wire.say("a", "");
    void Promise.resolve().then(() => {
      wire.atEnd(last);
      wire.atEnd(() => {
        throw new Error("closing");
      });
      wire.say("b", "");
    });
    await settle();
    expect(server.subjects).toEqual(["a", "b", "last"]);
    wire.atEnd(last);
    await settle();
    expect(server.subjects).toEqual(["a", "b", "last", "last"]);
  });

  it("D5: conditions travel as headers, and each request gets its own answer", async () => {
    const { server, wire } = start();
    const first = wire.store("s", none, { msgID: "a", lastSequence: 0, lastMsgID: undefined });
    const second = wire.store("s", none, { lastSubjectSequence: 0 });
    await settle();
    expect(server.published.map(({ headers }) => headers.trim().split("\r\n"))).toEqual([
      ["NATS/1.0", "Nats-Msg-Id: a", "Nats-Expected-Last-Sequence: 0"],
      ["NATS/1.0", "Nats-Expected-Last-Subject-Sequence: 0"],
    ]);
    server.answer(1, { seq: 8 });
    server.answer(0, { seq: 7, duplicate: true });
    // The server says it twice, or too late.
    server.answer(0, { seq: 9 });
    expect(await Promise.all([first, second])).toEqual([
      { seq: 7, duplicate: true },
      { seq: 8, duplicate: false },
    ]);
  });

  it("D5: of several that are stored one behind the other the last one is answered, for all", async () => {
    const { server, wire } = start();
    const all = [1, 2, 3].map((n) => [Uint8Array.of(n), { lastSequence: n }] as const);
    const stored = wire.storeAll("s", all);
    await settle();
    expect(server.published.map(({ data, reply }) => [data, reply !== undefined])).toEqual([
      [Uint8Array.of(1), false],
      [Uint8Array.of(2), false],
      [Uint8Array.of(3), true],
    ]);
    server.answer(2, { seq: 4 });
    expect(await stored).toEqual({ seq: 4, duplicate: false });
    server.isClosed = true;
    const late = wire.storeAll("s", all);
    await expect(late).rejects.toThrow("closed");
  });

  it("D5: an inbox is used again, long after its answer; one that was given up never", async () => {
    const { server, wire } = start();
    const store = (): void => void wire.store("s", none, {}).catch(() => undefined);
    const inboxes = (): readonly unknown[] => server.published.map(({ reply }) => reply);
    store();
    await settle();
    wire.interrupt(new Error("broken"));
    for (let nth = 1; nth <= 66; nth++) {
      store();
      await settle();
      server.answer(nth, { seq: nth });
    }
    expect(new Set(inboxes()).size).toBe(66);
    expect(inboxes().at(-1)).toBe(inboxes()[1]);
  });

  it("D5: a refusal has the server's code; without a stream there is no listener", async () => {
    const { server, wire } = start();
    const refused = wire.store("s", none, {});
    const unheard = wire.store("s", none, {});
    await settle();
    server.answer(0, { error: { err_code: 10071, description: "no" } });
    server.answer(1, undefined, 503);
    const error = await refused.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ code: 10071, message: "no" });
    expect(isNoResponders(await unheard.catch((reason: unknown) => reason))).toBe(true);
  });

  it("D5: no answer, a break and a connection that is closed end a request; it may be repeated", async () => {
    jest.useFakeTimers();
    const { server, wire } = start();
    const errors: unknown[] = [];
    const store = (): void => {
      wire.store("s", none, {}).catch((error: unknown) => errors.push(error));
    };
    store();
    await settle();
    jest.advanceTimersByTime(PATIENCE - 1);
    store();
    await settle();
    expect(errors).toEqual([]);
    jest.advanceTimersByTime(1);
    await settle();
    expect(errors.map(isTransient)).toEqual([true]);
    jest.advanceTimersByTime(PATIENCE - 1);
    await settle();
    expect(errors.map(isTransient)).toEqual([true, true]);

    store();
    await settle();
    const broken = new Error("broken");
    wire.interrupt(broken);
    server.isClosed = true;
    store();
    wire.say("lost", "");
    await settle();
    expect(errors.slice(2)).toEqual([broken, new Error("closed")]);
    expect(server.subjects).toEqual(["s", "s", "s"]);
  });
});
