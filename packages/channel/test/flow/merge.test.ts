import { describe, expect, it } from "@jest/globals";

import { Chan, merge, type RecvChan, select, send, trySelect } from "../../src/index.js";
import { Count, Shelf } from "../support/kinds.js";
import { isGarbage } from "../support/memory.js";
import { closed, got } from "../support/outcomes.js";
import { pending } from "../support/settle.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { waiting } from "../support/waiting.js";

const none = { receivers: 0, senders: 0 };

function filled<T>(...values: readonly T[]): Chan<T> {
  const chan = new Chan<T>(Infinity);
  for (const value of values) chan.trySend(value);
  return chan;
}

/** The values that `chan` has now. */
function drain<T>(chan: RecvChan<T>): T[] {
  const values: T[] = [];
  for (let one = chan.tryRecv(); one?.ok === true; one = chan.tryRecv()) values.push(one.value);
  return values;
}

describe("merge", () => {
  it("F2: gives the values of each source in order, and ends when all are closed and drained", async () => {
    const [a, b] = [filled(1, 2, 3), filled(10, 20)];
    a.close();
    b.close();

    const values: number[] = [];
    for await (const value of merge(a, b)) values.push(value);

    expect(values.filter((value) => value < 10)).toEqual([1, 2, 3]);
    expect(values.filter((value) => value >= 10)).toEqual([10, 20]);
  });

  it("F2: a receive that waits gets the first value that any source gives, in the call that sends it", async () => {
    const [a, b] = [new Chan<string>(), new Chan<string>()];
    const merged = merge(a, b);

    const received = [merged.recv(), merged.recv(), merged.recv()];

    expect([b.trySend("b1"), a.trySend("a1"), b.trySend("b2"), b.trySend("b3")]).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(await Promise.all(received)).toEqual([got("b1"), got("a1"), got("b2")]);
  });

  it("F2: sources may give values of several types, and undefined", () => {
    const merged = merge<string | undefined>(filled("a"), filled(undefined));

    expect([merged.tryRecv(), merged.tryRecv()]).toEqual([got("a"), got(undefined)]);
    expect(merged.tryRecv()).toBeUndefined();
  });

  it("F2: of no source is closed at once", async () => {
    const merged = merge<number>();

    expect(merged.closed).toBe(true);
    expect([merged.tryRecv(), await merged.recv()]).toEqual([closed, closed]);
  });

  it("F2: is closed once all sources are closed and drained, not before, and for ever", async () => {
    const [a, b] = [filled(1), new Chan<number>()];
    const merged = merge(a, b);

    const seen = [merged.closed];
    a.close();
    b.close();
    seen.push(merged.closed);
    await merged.recv();
    seen.push(merged.closed);

    expect(seen).toEqual([false, false, true]);
    expect([await merged.recv(), merged.tryRecv(), merged.closed]).toEqual([closed, closed, true]);
  });

  it("F2, C6: the last source that is closed ends all receives that wait", async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const merged = merge(a, b);
    const received = [merged.recv(), merged.recv()];

    a.close();
    const isWaiting = await pending(received[0]!);
    b.close();

    expect(isWaiting).toBe(true);
    expect(await Promise.all(received)).toEqual([closed, closed]);
    expect(merged.closed).toBe(true);
  });

  it("F2: a source that is closed while receives wait is not asked any more", async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const merged = merge(a, b);
    const first = merged.recv();
    a.close();
    b.trySend(1);

    const second = merged.recv();
    b.trySend(2);

    expect(await Promise.all([first, second])).toEqual([got(1), got(2)]);
  });

  it("F2: one channel may be several sources", async () => {
    const chan = new Chan<number>();
    const merged = merge(chan, chan);
    const received = [merged.recv(), merged.recv(), merged.recv()];

    chan.trySend(1);
    chan.trySend(2);
    expect(waiting(chan).receivers).toBe(2);
    chan.close();

    expect(await Promise.all(received)).toEqual([got(1), got(2), closed]);
  });

  it("F2: sources that are ready take turns", () => {
    const busy = filled(...Array<string>(10).fill("busy"));
    const merged = merge(busy, filled("b", "b"), filled("c", "c"));

    const values = Array.from({ length: 9 }, () => merged.tryRecv()?.value);

    expect(values).toEqual(["busy", "b", "c", "busy", "b", "c", "busy", "busy", "busy"]);
  });

  it("F2: a source that ends does not take the turn of another", () => {
    const [a, b] = [filled("a1", "a2", "a3"), filled("b1")];
    const [c, d] = [filled("c1", "c2"), filled("d1", "d2")];
    b.close();
    const merged = merge(a, b, c, d);

    expect(drain(merged)).toEqual(["a1", "b1", "c1", "d1", "a2", "c2", "d2", "a3"]);
  });

  it("F2: nor does the next one that ends while a receive waits give its turn to the one before", async () => {
    const [a, b, c] = [new Chan<string>(1), new Chan<string>(1), new Chan<string>(1)];
    const merged = merge(a, b, c);
    a.trySend("a1");
    merged.tryRecv();
    const received = merged.recv();
    b.close();
    a.trySend("a2");
    expect(await received).toEqual(got("a2"));

    a.trySend("a3");
    c.trySend("c1");

    expect(drain(merged)).toEqual(["c1", "a3"]);
  });

  it.each([
    ["before", 0],
    ["behind", 2],
  ])("F2: nor does one that ends while a receive waits, %s the next", async (_, which) => {
    const sources = [new Chan<string>(1), new Chan<string>(1), new Chan<string>(1)] as const;
    const merged = merge(...sources);
    sources[0].trySend("first");
    expect(merged.tryRecv()?.value).toBe("first");
    const received = merged.recv();
    sources[which]?.close();
    sources[1].trySend("second");
    await expect(received).resolves.toEqual(got("second"));

    for (const source of sources)
      if (!source.closed) source.trySend(source === sources[1] ? "next" : "later");

    expect([merged.tryRecv()?.value, merged.tryRecv()?.value]).toEqual(["next", "later"]);
  });

  it("F2: a source that always has something does not keep others from receives that wait", async () => {
    const quiet = new Chan<string>();
    const busy = new Chan<string>(1);
    const merged = merge(busy, quiet);
    const values: string[] = [];
    const reader = (async () => {
      for await (const value of merged) if (values.push(value) === 40) break;
    })();
    const sender = (async () => {
      for (let i = 0; i < 30; i++) await busy.send("busy");
    })();
    for (let i = 0; i < 10; i++) await quiet.send("quiet");
    await Promise.all([reader, sender]);

    expect(values.lastIndexOf("quiet")).toBeLessThan(30);
  });

  it("F2: takes from its sources only for a receiver, and reads nothing ahead", async () => {
    const [a, b] = [filled(1, 2), new Chan<number>()];
    const sent = b.send(3);
    const merged = merge(a, b);

    expect([a.len, waiting(b)]).toEqual([2, { receivers: 0, senders: 1 }]);
    expect(merged.tryRecv()).toEqual(got(1));
    expect([a.len, await pending(sent)]).toEqual([1, true]);
    expect(drain(merged)).toEqual([3, 2]);
    await sent;
  });

  it("F2: waits at its sources exactly while a receiver waits", async () => {
    const [a, b] = [new Chan<number>(), new Chan<number>()];
    const merged = merge(a, b);
    const abort = new AbortController();

    const served = merged.recv();
    const withdrawn = merged.recv(abort);
    expect([waiting(a), waiting(b)]).toEqual([
      { receivers: 1, senders: 0 },
      { receivers: 1, senders: 0 },
    ]);
    a.trySend(1);
    expect([waiting(a).receivers, waiting(b).receivers]).toEqual([1, 1]);
    abort.abort(reason);

    expect([waiting(a), waiting(b)]).toEqual([none, none]);
    expect(await served).toEqual(got(1));
    await expect(withdrawn).rejects.toBe(reason);
    expect(listeners(abort.signal)).toBe(0);
  });

  it("F2: is not waiting at a source while it hands on the value for the only receiver", async () => {
    const shelf = new Shelf<number>();
    const received = merge<number>(shelf).recv();

    shelf.change([1]);

    expect(await received).toEqual(got(1));
    expect(shelf.calls.filter((hook) => hook !== "poll")).toEqual(["watch", "unwatch"]);
  });

  it("F2: one that is dropped leaves nothing at its sources", async () => {
    const source = new Chan<number>();
    const use = async (): Promise<WeakRef<object>> => {
      const merged = merge(source, new Chan<number>());
      const received = merged.recv();
      source.trySend(1);
      await received;
      return new WeakRef(merged);
    };

    expect(await isGarbage(await use())).toBe(true);
    expect(waiting(source)).toEqual(none);
  });

  it("F2, C8: a loop that is left leaves nothing at the sources", async () => {
    const source = filled(1, 2, 3);
    const merged = merge(source);

    for await (const value of merged) if (value === 2) break;

    expect([waiting(source), source.len]).toEqual([none, 1]);
  });

  it("F1, C7: a value does not go to a receiver that has just been aborted, but stays where it is", async () => {
    const source = new Chan<number>();
    const merged = merge(source);
    const abort = new AbortController();
    const sent: boolean[] = [];
    // Runs before the listener of the receive.
    abort.signal.addEventListener("abort", () => sent.push(source.trySend(1)));
    const received = merged.recv(abort);

    abort.abort(reason);

    await expect(received).rejects.toBe(reason);
    expect(sent).toEqual([false]);
    expect(waiting(source)).toEqual(none);
  });

  it("F1, C7: it goes to the next receiver then, if there is one", async () => {
    const source = new Chan<number>();
    const merged = merge(source);
    const abort = new AbortController();
    abort.signal.addEventListener("abort", () => source.trySend(1));
    const received = [merged.recv(abort), merged.recv()] as const;

    abort.abort(reason);

    await expect(received[0]).rejects.toBe(reason);
    expect(await received[1]).toEqual(got(1));
  });

  it("C7: an aborted signal wins over a value that is there", async () => {
    const source = filled(1);

    await expect(merge(source).recv({ signal: aborted() })).rejects.toBe(reason);

    expect(source.len).toBe(1);
  });

  it("F2: a source that throws fails one receive, and it has had its turn", async () => {
    const shelf = new Shelf<string>();
    const merged = merge<string>(shelf, filled("a", "b"));
    shelf.during.poll = () => {
      throw reason;
    };

    expect(() => merged.tryRecv()).toThrow(reason);
    expect(await merged.recv()).toEqual(got("a"));
    await expect(merged.recv()).rejects.toBe(reason);
    shelf.during = {};
    expect(drain(merged)).toEqual(["b"]);
  });

  it("F2: a source that throws while receives wait fails the first of them", async () => {
    const shelf = new Shelf<string>();
    const merged = merge<string>(shelf, new Chan<string>());
    const received = [merged.recv(), merged.recv()];
    let failures = 0;
    shelf.during.poll = () => {
      if (failures++ === 0) throw reason;
    };

    shelf.change(["a"]);

    await expect(received[0]).rejects.toBe(reason);
    expect(await received[1]).toEqual(got("a"));
  });

  it("F2: a source at which one cannot even wait fails one receive after the other", async () => {
    const shelf = new Shelf<string>();
    const other = new Chan<string>();
    const merged = merge<string>(other, shelf);
    shelf.during.watch = () => {
      throw reason;
    };

    await expect(merged.recv()).rejects.toBe(reason);

    expect([waiting(other), waiting(shelf)]).toEqual([none, none]);
  });

  it("F2: also if ten thousand wait when that begins", async () => {
    const shelf = new Shelf<number>();
    const merged = merge<number>(shelf);
    const received = Array.from({ length: 10_000 }, () => merged.recv());
    shelf.during.watch = () => {
      throw reason;
    };

    shelf.change([1], 1);

    const outcomes = await Promise.allSettled(received);
    expect(outcomes[0]).toEqual({ status: "fulfilled", value: got(1) });
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(9999);
    expect(waiting(shelf)).toEqual(none);
  });

  it("F1, S1: is a case of select, and takes nothing if another is chosen", async () => {
    const [a, other] = [new Chan<number>(), new Chan<string>()];
    const merged = merge(a);

    const first = select({ merged, other });
    a.trySend(1);
    const second = select({ merged, other });
    other.trySend("other");

    expect(await first).toEqual({ key: "merged", ...got(1) });
    expect(await second).toEqual({ key: "other", ...got("other") });
    expect([waiting(a), waiting(other), a.trySend(2)]).toEqual([none, none, false]);
    expect(trySelect({ merged })).toBeUndefined();
  });

  it("S5: a select that receives from it and sends to its source waits", async () => {
    const source = new Chan<number>();
    const merged = merge(source);
    for (const order of [0, 1]) {
      const cases = [merged, send(source, 1)] as const;
      const chosen = order === 0 ? select([...cases]) : select([cases[1], cases[0]]);

      expect(await pending(chosen)).toBe(true);
      expect(source.trySend(2)).toBe(true);
      expect(await chosen).toMatchObject({ value: 2 });
    }
  });

  it("F1: merged channels can be merged", async () => {
    const [a, b, c] = [new Chan<number>(), new Chan<number>(), new Chan<number>()];
    const merged = merge(merge(a, b), merge(b, c));
    const received = [merged.recv(), merged.recv(), merged.recv(), merged.recv()];

    for (const chan of [c, a, b]) expect(chan.trySend(1)).toBe(true);
    for (const chan of [c, a, b]) chan.close();

    expect(await Promise.all(received)).toEqual([got(1), got(1), got(1), closed]);
    expect([a, b, c].map(waiting)).toEqual([none, none, none]);
  });

  it("F1, P2: sources may be of a custom kind", async () => {
    const values: number[] = [];
    const merged = merge<number>(new Count(3), filled(10));
    for (let i = 0; i < 4; i++) values.push((await merged.recv()).value!);

    expect(values.sort((x, y) => x - y)).toEqual([1, 2, 3, 10]);
  });

  it("F1: its cap is 0, and so is its len", () => {
    const merged = merge(filled(1, 2));

    expect([merged.cap, merged.len]).toEqual([0, 0]);
  });

  it.each([
    ["nothing", undefined, "source 1 of merge must be a channel to receive from, not undefined"],
    ["an array", [], "source 1 of merge must be a channel to receive from, not [object Array]"],
    ["a case", send(new Chan<number>(), 1), "source 1 of merge must be a channel to receive from"],
  ])("S9: %s is refused as a source", (_, source, message) => {
    expect(() => merge(new Chan(), source as never)).toThrow(TypeError);
    expect(() => merge(new Chan(), source as never)).toThrow(message);
  });

  it("C13: it shows what it is", () => {
    expect(Object.prototype.toString.call(merge())).toBe("[object Merged]");
  });
});
