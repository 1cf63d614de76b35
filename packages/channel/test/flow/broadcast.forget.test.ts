import { describe, expect, it } from "@jest/globals";

import { Broadcast, merge, select } from "../../src/index.js";
import { isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { settle } from "../support/settle.js";
import { reason } from "../support/signals.js";

/** Time for finalizers, after garbage was collected. */
async function untilTold(isTold: () => boolean): Promise<boolean> {
  for (let i = 0; i < 8 && !isTold(); i++) {
    await isGarbage(new WeakRef({}));
    await settle();
  }
  return isTold();
}

describe("Broadcast, of subscriptions that are dropped", () => {
  it("F4: one that is garbage does not hold up senders for ever", async () => {
    const broadcast = new Broadcast<number>();
    const drop = (): void => {
      broadcast.subscribe();
    };
    drop();
    let isSent = false;
    void broadcast.send(1).then(() => (isSent = true));
    await settle();
    expect([isSent, broadcast.subscribers]).toEqual([false, 1]);

    expect(await untilTold(() => isSent)).toBe(true);
    expect(broadcast.subscribers).toBe(0);
  });

  it("F4: those that are in use stay: by a receive, a loop, a select, a flow, or a task that holds one", async () => {
    const broadcast = new Broadcast<number>();
    const values: unknown[] = [];
    const start = (): void => {
      void broadcast
        .subscribe()
        .recv()
        .then(({ value }) => values.push(value));
      void (async () => {
        for await (const value of broadcast.subscribe(1)) values.push(value);
      })();
      void select([broadcast.subscribe()]).then(({ value }) => values.push(value));
      void merge<number>(broadcast.subscribe())
        .recv()
        .then(({ value }) => values.push(value));
    };
    start();
    const iterator = broadcast.subscribe(1)[Symbol.asyncIterator]();
    const held = broadcast.subscribe(1);

    expect(await untilTold(() => broadcast.subscribers < 6)).toBe(false);
    await broadcast.send(1);
    await settle();

    expect(values).toEqual([1, 1, 1, 1]);
    expect([await iterator.next(), await held.recv()]).toEqual([got(1), got(1)]);
  });

  it("F4: one is garbage once its receive has been withdrawn", async () => {
    const broadcast = new Broadcast<number>();
    const start = async (): Promise<void> => {
      const abort = new AbortController();
      const received = broadcast.subscribe().recv(abort);
      abort.abort(reason);
      await expect(received).rejects.toBe(reason);
    };
    await start();

    expect(await untilTold(() => broadcast.subscribers === 0)).toBe(true);
  });

  it("F4: also if a send has found its receive, but not that of another subscription", async () => {
    const broadcast = new Broadcast<number>();
    const abort = new AbortController();
    const start = (): Promise<unknown> => {
      const chosen = select([broadcast.subscribe()], abort);
      return chosen.catch((error: unknown) => error);
    };
    const failed = start();
    const stuck = broadcast.subscribe();

    expect(broadcast.trySend(1)).toBe(false);
    abort.abort(reason);
    expect(await failed).toBe(reason);

    expect(await untilTold(() => broadcast.subscribers === 1)).toBe(true);
    expect(stuck.closed).toBe(false);
  });

  it("F4, C10: a broadcast is garbage when it is dropped, whatever waits there", async () => {
    const use = (): WeakRef<object>[] => {
      const broadcast = new Broadcast<object>();
      const [buffered, waits] = [broadcast.subscribe(1), broadcast.subscribe()];
      void waits.recv();
      const value = {};
      broadcast.trySend(value);
      void waits.recv();
      void broadcast.send(value);
      return [broadcast, buffered, waits, value].map((one) => new WeakRef(one));
    };

    expect(await isGarbage(...use())).toBe(true);
  });

  it("C10: what was received is not kept", async () => {
    const broadcast = new Broadcast<object>();
    const [buffered, waits] = [broadcast.subscribe(1), broadcast.subscribe()];
    const use = async (): Promise<WeakRef<object>> => {
      const value = {};
      const received = waits.recv();
      broadcast.trySend(value);
      await received;
      buffered.tryRecv();
      return new WeakRef(value);
    };

    expect(await isGarbage(await use())).toBe(true);
    expect(waits.closed).toBe(false);
  });

  it("C10: what one has yet to read keeps nothing that is sent when it has been taken out", async () => {
    const broadcast = new Broadcast<object>();
    const [empty, behind] = [broadcast.subscribe(1), broadcast.subscribe(1)];
    const first = {};
    broadcast.trySend(first);
    empty.tryRecv();
    for (const one of [empty, behind]) one.unsubscribe();
    const use = (): WeakRef<object> => {
      const value = {};
      broadcast.subscribe(1);
      broadcast.trySend(value);
      return new WeakRef(value);
    };
    const later = use();
    broadcast.close();

    expect(await isGarbage(later)).toBe(true);
    expect([empty.len, behind.len, behind.tryRecv()?.value]).toEqual([0, 1, first]);
  });

  it("C10: what the slowest has read is not kept, whatever it has yet to read", async () => {
    const broadcast = new Broadcast<object>();
    const [slow, quick] = [broadcast.subscribe(9), broadcast.subscribe(9)];
    const use = (): WeakRef<object> => {
      const value = {};
      broadcast.trySend(value);
      return new WeakRef(value);
    };
    const [first, second] = [use(), use()];
    quick.tryRecv();
    quick.tryRecv();
    slow.tryRecv();

    expect(await isGarbage(first)).toBe(true);
    expect(slow.tryRecv()?.value).toBe(second.deref());
  });

  it("F4: where the platform cannot tell, all works but this", async () => {
    const { FinalizationRegistry } = globalThis;
    Object.assign(globalThis, { FinalizationRegistry: undefined });
    const broadcast = new Broadcast<number>();
    const subscription = broadcast.subscribe(1);
    Object.assign(globalThis, { FinalizationRegistry });

    await broadcast.send(1);

    expect(subscription.tryRecv()).toEqual(got(1));
  });
});
