import { describe, expect, it } from "@jest/globals";

import {
  batch,
  Broadcast,
  Chan,
  ChanPort,
  merge,
  select,
  send,
  trySelect,
} from "../../src/index.js";
import { all } from "../support/all.js";
import { Count, Shelf } from "../support/kinds.js";
import { isGarbage } from "../support/memory.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { waiting } from "../support/waiting.js";

const none = { receivers: 0, senders: 0 };

function filled(...values: readonly number[]): Chan<number> {
  const chan = new Chan<number>(Infinity);
  for (const value of values) chan.trySend(value);
  return chan;
}

describe("batch", () => {
  it("F3: gives full batches while it can, and the rest when the source is closed", async () => {
    const source = filled(1, 2, 3, 4, 5);
    source.close();

    expect(await all(batch(source, { size: 2 }))).toEqual([[1, 2], [3, 4], [5]]);
  });

  it("F3: gives no empty batch when the source is closed", async () => {
    const source = filled(1, 2);
    source.close();
    const empty = new Chan<number>();
    empty.close();

    expect(await all(batch(source, { size: 2 }))).toEqual([[1, 2]]);
    expect(await all(batch(empty, { size: 2 }))).toEqual([]);
  });

  it("F3: a receive that waits gets its batch in the call that sends the last value", async () => {
    const source = new Chan<number>();
    const batches = batch(source, { size: 2 });
    const received = [batches.recv(), batches.recv()];

    const sent = [1, 2, 3].map((value) => source.trySend(value));
    expect(await pending(received[1]!)).toBe(true);
    sent.push(source.trySend(4), source.trySend(5));

    expect(sent).toEqual([true, true, true, true, false]);
    expect(await Promise.all(received)).toEqual([got([1, 2]), got([3, 4])]);
    expect(waiting(source)).toEqual(none);
  });

  it("F3: closing the source gives what has been gathered to the first that waits, the end to the others", async () => {
    const source = new Chan<number>();
    const batches = batch(source, { size: 3 });
    const received = [batches.recv(), batches.recv(), batches.recv()];

    source.trySend(1);
    source.trySend(2);
    source.close();

    expect(await Promise.all(received)).toEqual([got([1, 2]), closed, closed]);
    expect([batches.closed, batches.tryRecv()]).toEqual([true, closed]);
  });

  it("F3: is closed once the source is closed and all of it has been received", async () => {
    const source = filled(1, 2, 3);
    const batches = batch(source, { size: 2 });

    const seen = [batches.closed];
    source.close();
    seen.push(batches.closed);
    await batches.recv();
    seen.push(batches.closed);
    await batches.recv();
    seen.push(batches.closed);

    expect(seen).toEqual([false, false, false, true]);
  });

  it("F3, F4: its source may be a subscription, and a sender that waits for its room goes on", async () => {
    const news = new Broadcast<number>();
    const batches = batch(news.subscribe(2), { size: 3 });
    for (const value of [1, 2]) news.trySend(value);
    const third = news.send(3);

    expect(await batches.recv()).toEqual(got([1, 2, 3]));
    await third;
  });

  it("F1, F3: is not closed while it holds a batch that has come back from elsewhere", async () => {
    const source = filled(1, 2);
    source.close();
    const batches = batch(source, { size: 2 });
    const port = new ChanPort(batches);
    const told: unknown[] = [];
    port.receive({ done: ({ value }) => told.push(value), failed: (error) => told.push(error) });
    port.putBack([[1, 2]]);

    expect([told, batches.closed, batches.len]).toEqual([[[1, 2]], false, 1]);
    expect(await batches.recv()).toEqual(got([1, 2]));
    expect([batches.closed, batches.len]).toEqual([true, 0]);
  });

  it("F3: is closed at once if the source is, and drained", () => {
    const source = new Chan<number>();
    source.close();

    expect(batch(source, { size: 2 }).closed).toBe(true);
  });

  it("F3: is not closed while a gathered rest has not been received", async () => {
    const source = filled(1);
    const batches = batch(source, { size: 2 });
    batches.tryRecv();

    source.close();

    expect(batches.closed).toBe(false);
    expect([batches.tryRecv(), batches.closed]).toEqual([got([1]), true]);
  });

  it("F3: a batch of one", async () => {
    const source = filled(1, 2);
    const batches = batch(source, { size: 1 });

    expect([batches.tryRecv(), batches.tryRecv(), batches.tryRecv()]).toEqual([
      got([1]),
      got([2]),
      undefined,
    ]);
  });

  it("F3: each batch is an array of its own", async () => {
    const source = filled(1, 2, 3, 4);
    const batches = batch(source, { size: 2 });

    const first = (await batches.recv()).value!;
    first.push(99);

    expect((await batches.recv()).value).toEqual([3, 4]);
  });

  it("F3: takes waiting senders along, in order", async () => {
    const source = new Chan<number>(1);
    const sent = [1, 2, 3, 4].map((value) => source.send(value));

    expect(batch(source, { size: 3 }).tryRecv()).toEqual(got([1, 2, 3]));

    await Promise.all(sent);
    expect(source.len).toBe(1);
  });

  it("F1, F3: takes nothing while no receive waits, and no more than a batch for one that does", () => {
    const source = filled(1, 2, 3, 4, 5);
    const batches = batch(source, { size: 2 });

    expect(source.len).toBe(5);
    batches.tryRecv();

    expect(source.len).toBe(3);
  });

  it("F1: what a receive that was withdrawn has gathered goes to the next one", async () => {
    const source = new Chan<number>();
    const batches = batch(source, { size: 3 });
    const abort = new AbortController();
    const withdrawn = batches.recv(abort);
    source.trySend(1);
    source.trySend(2);

    abort.abort(reason);
    await expect(withdrawn).rejects.toBe(reason);
    expect([waiting(source), listeners(abort.signal)]).toEqual([none, 0]);
    const received = batches.recv();
    source.trySend(3);

    expect(await received).toEqual(got([1, 2, 3]));
  });

  it("F1: what one that only tried has gathered goes to the next one", async () => {
    const source = filled(1);
    const batches = batch(source, { size: 2 });

    expect(batches.tryRecv()).toBeUndefined();
    expect(source.len).toBe(0);
    source.trySend(2);

    expect(batches.tryRecv()).toEqual(got([1, 2]));
  });

  it("F1, S1: what a select has gathered that chose another case goes to the next one", async () => {
    const source = new Chan<number>();
    const other = new Chan<string>();
    const batches = batch(source, { size: 2 });
    const chosen = select({ batches, other });
    source.trySend(1);
    other.trySend("other");

    expect((await chosen).key).toBe("other");
    expect([waiting(source), trySelect({ batches })]).toEqual([none, undefined]);
    source.close();

    expect(await select({ batches, other })).toEqual({ key: "batches", ...got([1]) });
  });

  it("F1, C7: an aborted receive gets no batch, from the abort on", async () => {
    const source = new Chan<number>();
    const batches = batch(source, { size: 1 });
    const abort = new AbortController();
    const sent: boolean[] = [];
    abort.signal.addEventListener("abort", () => sent.push(source.trySend(1)));
    const received = batches.recv(abort);

    abort.abort(reason);

    await expect(received).rejects.toBe(reason);
    expect([sent, waiting(source)]).toEqual([[false], none]);
  });

  it("C7: an aborted signal wins over a batch that is there", async () => {
    const source = filled(1, 2);

    await expect(batch(source, { size: 2 }).recv({ signal: aborted() })).rejects.toBe(reason);

    expect(source.len).toBe(2);
  });

  it("C8: a loop that is left leaves nothing at the source", async () => {
    const source = filled(1, 2, 3, 4, 5);

    for await (const values of batch(source, { size: 2 })) if (values.includes(3)) break;

    expect([waiting(source), source.len]).toEqual([none, 1]);
  });

  it("S5: a select that receives from it and sends to its source waits", async () => {
    const source = new Chan<number>();
    const batches = batch(source, { size: 1 });
    const chosen = select([batches, send(source, 1)]);

    expect(await pending(chosen)).toBe(true);
    source.trySend(2);

    expect(await chosen).toEqual({ key: 0, ...got([2]) });
  });

  it("F1, F3: a source that throws fails one receive, and nothing that was gathered is lost", async () => {
    const shelf = new Shelf<number>();
    shelf.change([1, 2], 9);
    const batches = batch(shelf, { size: 3 });
    let polls = 0;
    shelf.during.poll = () => {
      if (++polls === 2) throw reason;
    };

    await expect(batches.recv()).rejects.toBe(reason);
    const received = batches.recv();
    shelf.change([3]);

    expect(await received).toEqual(got([1, 2, 3]));
  });

  it("F1, F3: the same while receives wait", async () => {
    const shelf = new Shelf<number>();
    const batches = batch(shelf, { size: 2 });
    const received = [batches.recv(), batches.recv()];
    shelf.change([1], 9);
    shelf.during.poll = () => {
      shelf.during = {};
      throw reason;
    };

    shelf.change([2]);
    shelf.change([3]);

    await expect(received[0]).rejects.toBe(reason);
    expect(await received[1]).toEqual(got([1, 2]));
    expect([waiting(shelf), shelf.len]).toEqual([none, 1]);
  });

  it("F1: flows can be joined", async () => {
    const [a, b] = [filled(1, 2, 3), filled(4)];
    a.close();
    b.close();
    const batches = batch(batch(merge(a, b), { size: 2 }), { size: 5 });

    expect((await all(batches)).flat(2).sort()).toEqual([1, 2, 3, 4]);
  });

  it("F1: a value that comes when no receive waits is gathered, and no more", async () => {
    // Two that receive the same value: the second is told when its receiver has just been withdrawn.
    const shelf = new Shelf<number>();
    const batches = batch(merge<number>(shelf), { size: 2 });
    const abort = new AbortController();
    const received = batches.recv(abort);
    shelf.during.unwatch = () => {
      shelf.during = {};
      abort.abort(reason);
    };

    shelf.change([1, 2, 3], 9);

    await expect(received).rejects.toBe(reason);
    expect([waiting(shelf), shelf.len]).toEqual([none, 2]);
    expect(await batches.recv()).toEqual(got([1, 2]));
  });

  it("P2: its source may be of a custom kind", async () => {
    expect(await batch(new Count(3), { size: 3 }).recv()).toEqual(got([1, 2, 3]));
  });

  it("F1: one that is dropped leaves nothing at its source", async () => {
    const source = new Chan<number>();
    const use = async (): Promise<WeakRef<object>> => {
      const batches = batch(source, { size: 1, within: 1000 });
      const received = batches.recv();
      source.trySend(1);
      await received;
      return new WeakRef(batches);
    };

    expect(await isGarbage(await use())).toBe(true);
    expect(waiting(source)).toEqual(none);
  });

  it("F1: its cap and len are 0", () => {
    const batches = batch(filled(1, 2, 3), { size: 2 });

    expect([batches.cap, batches.len]).toEqual([0, 0]);
  });

  it.each([0, -1, 1.5, NaN, Infinity, "2", undefined])("F3: a size of %p is refused", (size) => {
    expect(() => batch(filled(), { size: size as number })).toThrow(RangeError);
    expect(() => batch(filled(), { size: size as number })).toThrow(
      /^size must be a positive integer, not /,
    );
  });

  it.each([0, -1, NaN, "1", null])("F3: a within of %p is refused", (within) => {
    const options = { size: 1, within: within as number };
    expect(() => batch(filled(), options)).toThrow(RangeError);
    expect(() => batch(filled(), options)).toThrow(/^within must be greater than 0, not /);
  });

  it("F3: within may be left out", () => {
    expect(() => batch(filled(), { size: 1, within: undefined })).not.toThrow();
    expect(() => batch(filled(), { size: 1, within: Infinity })).not.toThrow();
  });

  it("S9: what is no channel is refused as a source", () => {
    expect(() => batch([1, 2] as never, { size: 1 })).toThrow(TypeError);
    expect(() => batch([1, 2] as never, { size: 1 })).toThrow(
      "source of batch must be a channel to receive from, not [object Array]",
    );
  });

  it("C13: it shows what it is", () => {
    expect(Object.prototype.toString.call(batch(filled(), { size: 1 }))).toBe("[object Batched]");
  });
});
