// test/chan: programs of many channels.

import { describe, expect, it } from "@jest/globals";

import { Chan, type RecvChan, select, send, type SendChan } from "../../src/index.js";
import { got } from "../support/outcomes.js";
import { settle } from "../support/settle.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";
import { allEnd, go, goMany, numbers, type Task } from "./support.js";

const primes = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
];

describe("test/chan", () => {
  it("fifo AsynchFifo: what is buffered comes out in the order in which it went in", async () => {
    const ch = new Chan<number>(10);

    for (let i = 0; i < 10; i++) await ch.send(i);

    for (let i = 0; i < 10; i++) expect(await ch.recv()).toEqual(got(i));
  });

  it("fifo SynchFifo: so does what is not, to receivers that come one by one", async () => {
    const ch = new Chan<number>();
    const turns = numbers(11).map(() => new Chan<null>());
    const links = goMany(10, async (i) => {
      await turns[i]!.recv();
      expect(await ch.recv()).toEqual(got(i));
      await turns[i + 1]!.send(null);
    });
    const sender = go(async () => {
      for (let i = 0; i < 10; i++) await ch.send(i);
    });

    await turns[0]!.send(null);
    await turns[10]!.recv();

    await Promise.all([links, allEnd(sender)]);
  });

  it("goroutines: a value passes once through a chain of 10 000 tasks", async () => {
    const chans = numbers(10_001).map(() => new Chan<number>());
    const links = goMany(10_000, async (i) => {
      const { value } = await chans[i + 1]!.recv();
      await chans[i]!.send(1 + (value ?? NaN));
    });

    await chans[10_000]!.send(0);

    expect(await chans[0]!.recv()).toEqual(got(10_000));
    await links;
    expect(chans.map((ch) => waiting(ch).receivers + waiting(ch).senders)).toEqual(
      chans.map(() => 0),
    );
  });

  it("sieve1: a pipeline that grows by a filter a prime; it is left waiting, and that is all", async () => {
    let upstream = new Chan<number>();
    const numbersFrom2 = upstream;
    go(async () => {
      for (let i = 2; ; i++) await numbersFrom2.send(i);
    });
    const found: number[] = [];

    for (let i = 0; i < 25; i++) {
      const prime = (await upstream.recv()).value ?? NaN;
      const [from, to] = [upstream, new Chan<number>()];
      go(async () => {
        for await (const n of from) if (n % prime !== 0) await to.send(n);
      });
      found.push(prime);
      upstream = to;
    }

    expect(found).toEqual(primes);
    await settle();
    expect(waiting(upstream).senders).toBe(1);
    expect(waiting(numbersFrom2).senders).toBe(1);
  });

  it("sieve2: the same with proxies that never make a filter wait, from end to end", async () => {
    const tasks: Task[] = [];
    let upstream: RecvChan<number> = unbounded(tasks, async (out) => {
      for (let i = 2; i < 100; i++) await out.send(i);
    });
    const found: number[] = [];

    for (let r = await upstream.recv(); r.ok; r = await upstream.recv()) {
      const [from, prime] = [upstream, r.value];
      found.push(prime);
      upstream = unbounded(tasks, async (out) => {
        for await (const n of from) if (n % prime !== 0) await out.send(n);
      });
    }

    expect(found).toEqual(primes);
    await allEnd(...tasks);
  });

  it("powser1: a value from each of several channels, in whatever order they come", async () => {
    const chans = numbers(4).map(() => new Chan<number>());
    const senders = goMany(4, async (i) => {
      for (let turn = 0; turn < 5 * (4 - i); turn++) await Promise.resolve();
      await chans[i]!.send(10 * i);
    });
    const waited: (Chan<number> | null)[] = [...chans];
    const values: (number | undefined)[] = [];

    while (waited.some((ch) => ch !== null)) {
      const { key, value } = await select(waited);
      values[key] = value;
      waited[key] = null;
    }

    expect(values).toEqual([0, 10, 20, 30]);
    await senders;
    expectNobodyWaits(...chans);
  });
});

/**
 * Runs `produce`, whose sends hardly ever wait, and gives what it has sent. The buffer between is
 * one select whose send is switched off while there is nothing to send.
 */
function unbounded(
  tasks: Task[],
  produce: (out: SendChan<number>) => Promise<void>,
): RecvChan<number> {
  const [into, out] = [new Chan<number>(), new Chan<number>()];
  tasks.push(
    go(async () => {
      await produce(into);
      into.close();
    }),
    go(async () => {
      const queue: number[] = [];
      let source: RecvChan<number> | null = into;
      while (source !== null || queue.length > 0) {
        const head = queue[0];
        const chosen = await select({ source, sent: head !== undefined && send(out, head) });
        if (chosen.key === "sent") queue.shift();
        else if (chosen.ok) queue.push(chosen.value);
        else source = null;
      }
      out.close();
    }),
  );
  return out;
}
