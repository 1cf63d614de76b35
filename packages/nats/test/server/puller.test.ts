// Which pull is answered by what, on a connection that keeps what it was given.

import { afterEach, describe, expect, it, jest } from "@jest/globals";

import type { Link } from "../../src/server/link.js";
import { Pulled, Puller } from "../../src/server/puller.js";
import type { Said } from "../../src/server/wire.js";

type Callback = (error: Error | null, message: unknown) => void;

/** A server that answers when it is told to. */
class FakeServer {
  /** The requests, by pull. */
  readonly asked = new Map<string, { readonly batch: number; readonly expires: number }>();
  drains = 0;
  readonly told: string[] = [];
  readonly said: Said[] = [];
  /** What came last. */
  pulled: Pulled | undefined;
  readonly link: Link;
  readonly puller: Puller;
  readonly #lanes = new Map<string, Callback>();
  drain = (): Promise<void> => Promise.resolve();

  constructor() {
    const connection = {
      subscribe: (subject: string, { callback }: { callback: Callback }) => {
        const lane = subject.slice(0, -1);
        this.#lanes.set(lane, callback);
        return {
          drain: () => {
            this.drains++;
            return this.drain();
          },
          unsubscribe: () => this.#lanes.delete(lane),
        };
      },
    };
    const say = (subject: string, data: string | Uint8Array, reply?: string): Said => {
      const said = { subject, data, reply, headers: undefined, hasLeft: false };
      this.said.push(said);
      if (reply !== undefined) this.asked.set(reply, JSON.parse(String(data)) as never);
      return said;
    };
    this.link = { connection, say, flush: () => undefined } as unknown as Link;
    this.puller = new Puller(this.link, "S", "c", {
      pulled: (message) => {
        this.pulled = message;
        this.told.push(`${message.seq}`);
      },
      ended: () => this.told.push("end"),
      refused: () => this.told.push("refused"),
    });
  }

  /** Pulls, and tells by what name. */
  pull(batch = 1): string {
    this.puller.pull(batch);
    return [...this.asked.keys()].at(-1) as string;
  }

  get lanes(): number {
    return this.#lanes.size;
  }

  message(pull: string, seq: number, data = new Uint8Array(1)): void {
    this.#answer(pull, { subject: "s", reply: `$JS.ACK.S.c.1.${seq}.1.0.0`, data });
  }

  status(pull: string, code: number): void {
    this.#answer(pull, { subject: pull, data: new Uint8Array(), headers: { code } });
  }

  fail(pull: string): void {
    this.#lanes.get(laneOf(pull))?.(new Error("no"), undefined);
  }

  #answer(pull: string, message: unknown): void {
    this.#lanes.get(laneOf(pull))?.(null, message);
  }
}

const none = new Uint8Array();

function laneOf(pull: string): string {
  return pull.slice(0, pull.lastIndexOf(".") + 1);
}

describe("pulls", () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it("D6: an answer counts for its pull, in whatever order they end", () => {
    const server = new FakeServer();
    const { puller } = server;
    const [long, short, third] = [server.pull(), server.pull(), server.pull(3)];
    expect(puller.outstanding).toBe(5);
    server.message(short, 10);
    server.status(long, 408);
    expect(puller.outstanding).toBe(3);
    server.message(third, 11);
    // One that is empty, and that no pool has written, is a message all the same.
    server.message(third, 12, new Uint8Array());
    expect(puller.outstanding).toBe(1);
    server.status(third, 404);
    expect(puller.outstanding).toBe(0);
    expect(server.told).toEqual(["10", "end", "11", "12", "end"]);
    expect([...server.asked.values()].map(({ batch, expires }) => [batch, expires / 1e6])).toEqual([
      [1, 10_000],
      [1, 10_000],
      [3, 10_000],
    ]);
  });

  it("D6: lanes are used again; what comes late for a pull that was given up is taken, and ends no other", () => {
    jest.useFakeTimers();
    const server = new FakeServer();
    const { puller } = server;
    const lost = server.pull();
    puller.tick();
    expect(server.told).toEqual([]);
    jest.advanceTimersByTime(12_001);
    puller.tick();
    // It may be lost because there is no consumer.
    expect([server.told, puller.outstanding]).toEqual([["end", "refused"], 0]);
    server.message(lost, 5);
    server.status(lost, 408);
    server.fail(lost);
    expect(server.told).toEqual(["end", "refused", "5"]);
    puller.pull(1);
    expect(server.lanes).toBe(1);
    server.status(lost, 408);
    server.status(lost, 409);
    expect(puller.outstanding).toBe(1);
  });

  it("D5: one that the server refuses ends after a pause, and a reset forgets all", () => {
    jest.useFakeTimers();
    const server = new FakeServer();
    const { puller } = server;
    server.status(server.pull(), 409);
    expect([server.told, puller.outstanding]).toEqual([["refused"], 1]);
    jest.advanceTimersByTime(250);
    expect([server.told, puller.outstanding]).toEqual([["refused", "end"], 0]);
    const second = server.pull();
    server.status(second, 503);
    puller.reset();
    jest.advanceTimersByTime(250);
    expect([server.told, puller.outstanding]).toEqual([["refused", "end", "refused"], 0]);
  });

  it("D6: taking all back waits for what is on its way, but not without end", async () => {
    jest.useFakeTimers();
    const server = new FakeServer();
    const { puller } = server;
    await puller.cancel();
    expect(server.drains).toBe(0);
    const [first, second] = [server.pull(), server.pull()];
    server.status(second, 409);
    let arrive = (): void => undefined;
    server.drain = () => new Promise((resolve) => (arrive = resolve));
    const cancelled = puller.cancel();
    server.message(first, 1);
    expect([server.drains, puller.outstanding]).toEqual([2, 0]);
    jest.advanceTimersByTime(2000);
    await cancelled;
    arrive();
    expect(server.told).toEqual(["refused", "1"]);
    expect(server.lanes).toBe(0);
    server.drain = () => Promise.reject(new Error("closed"));
    puller.pull(1);
    await puller.cancel();
    expect(server.lanes).toBe(0);
  });

  it("D6: an acknowledgement that has not left brings the next pull along, and only one", () => {
    const server = new FakeServer();
    const { puller, said } = server;
    const first = server.pull(2);
    server.message(first, 1);
    const one = server.pulled;
    server.message(first, 2);
    const two = server.pulled;
    one?.ack();
    two?.ack();
    puller.pull(3);
    const second = `${laneOf(first)}1`;
    puller.pull(1);
    expect(said.slice(1).map(({ subject, data, reply }) => [subject, String(data), reply])).toEqual(
      [
        ["$JS.ACK.S.c.1.1.1.0.0", String(new TextEncoder().encode("+ACK")), undefined],
        ["$JS.ACK.S.c.1.2.1.0.0", '+NXT {"batch":3,"expires":10000000000}', second],
        ["$JS.API.CONSUMER.MSG.NEXT.S.c", '{"batch":1,"expires":10000000000}', expect.any(String)],
      ],
    );
    one?.ack();
    said.at(-1)!.hasLeft = true;
    puller.pull(1);
    expect(said.at(-1)?.subject).toBe("$JS.API.CONSUMER.MSG.NEXT.S.c");
  });

  it("D5: a message is read where a server has a domain, too", () => {
    const server = new FakeServer();
    const read = (reply: string): unknown[] => {
      const { deliveries, seq, at } = new Pulled(server.link, { subject: "s", data: none, reply });
      return [deliveries, seq, at];
    };
    expect(read("$JS.ACK.S.c.2.7.9.5000000.0")).toEqual([2, 7, 5]);
    expect(read("$JS.ACK.hub.account.S.c.2.7.9.5000000.0.token")).toEqual([2, 7, 5]);
  });
});
