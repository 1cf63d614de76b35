// How to find a race in a pipeline of one's own, with fast-check and `@chankit/channel/testing`.

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";

import { Chan, Group, type RecvChan } from "@chankit/channel";
import { channelPrograms, expectNoWaiters } from "@chankit/channel/testing";

/** Where it is looked up whether an order is known: a database, say, so that an answer takes time. */
class Store {
  readonly #known = new Set<number>();

  async has(id: number): Promise<boolean> {
    await Promise.resolve();
    return this.#known.has(id);
  }

  async add(id: number): Promise<void> {
    await Promise.resolve();
    this.#known.add(id);
  }
}

/** A stage of a pipeline: two workers that are to pass every order on just once. */
type Stage = (orders: RecvChan<number>) => RecvChan<number>;

function stage(isNew: (id: number) => Promise<boolean>): Stage {
  return (orders) => {
    const unique = new Chan<number>();
    const workers = new Group();
    for (let i = 0; i < 2; i++) {
      void workers.go(async () => {
        for await (const id of orders) if (await isNew(id)) await unique.send(id);
      });
    }
    void workers.wait().finally(() => {
      unique.close();
    });
    return unique;
  };
}

/** Looks, then leaps. In between, the other worker may look for the same order. */
function racy(): Stage {
  const store = new Store();
  return stage(async (id) => {
    if (await store.has(id)) return false;
    await store.add(id);
    return true;
  });
}

/** Claims the order before it waits for anything. */
function sound(): Stage {
  const store = new Store();
  const claimed = new Set<number>();
  return stage(async (id) => {
    if (claimed.has(id)) return false;
    claimed.add(id);
    if (await store.has(id)) return false;
    await store.add(id);
    return true;
  });
}

/** Whatever the world does: each order comes out once, the end is told, and no waiter is left. */
function passesEachOnce(start: () => Stage) {
  const programs = channelPrograms(fc, { send: { orders: fc.nat(3) }, recv: ["unique"] });
  return fc.asyncProperty(programs, async (program) => {
    const orders = new Chan<number>();

    const { sent, received, ended } = await program.run(() => ({
      send: { orders },
      recv: { unique: start()(orders) },
    }));

    expect(received.unique.toSorted()).toEqual([...new Set(sent.orders)].toSorted());
    expect(ended.unique).toBe(true);
    expectNoWaiters(orders);
  });
}

describe("a stage that passes each order on once", () => {
  it("is found out if it looks before it leaps, by the shortest program that shows the race", async () => {
    const { failed, counterexample } = await fc.check(passesEachOnce(racy), { seed: 1 });

    expect(failed).toBe(true);
    expect(String(counterexample?.[0])).toMatch(/^send (\d) to orders; send \1 to orders$/);
  });

  it("passes if it claims an order before it waits", async () => {
    await fc.assert(passesEachOnce(sound));
  });
});
