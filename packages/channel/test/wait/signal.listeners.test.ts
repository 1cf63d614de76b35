import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import type { WaitOptions } from "../../src/state/types.js";
import { type Permit, Semaphore } from "../../src/sync/semaphore.js";
import { WaitGroup } from "../../src/sync/wait-group.js";
import { forms } from "../support/forms.js";
import { collect } from "../support/process.js";
import { countCalls, listeners, reason } from "../support/signals.js";

/** A wait with a signal: `hold` makes it wait, and `serve` ends all waits. */
type Waits = () => {
  readonly wait: (options: WaitOptions) => Promise<void>;
  readonly hold: () => void;
  readonly serve: () => void;
};

describe.each(forms)("S8: abort listeners, by $name", ({ recv, send }) => {
  it("C7: there is none while nothing waits", async () => {
    const ch = new Chan<string>(1);
    const { signal } = new AbortController();
    const calls = countCalls(signal);

    await send(ch, "a", { signal });
    await recv(ch, { signal });

    expect(calls).toEqual({ added: 0, removed: 0 });
  });

  it("C7: the listener of a receive is removed when a value comes", async () => {
    const ch = new Chan<string>();
    const { signal } = new AbortController();
    const received = recv(ch, { signal });
    expect(listeners(signal)).toBe(1);

    ch.trySend("a");

    expect(listeners(signal)).toBe(0);
    await received;
  });

  it.each([0, 1])(
    "C7: the listener of a send is removed when its value is taken, with cap %d",
    async (cap) => {
      const ch = new Chan<string>(cap);
      for (let i = 0; i < cap; i++) ch.trySend("-");
      const { signal } = new AbortController();
      const sent = send(ch, "a", { signal });
      expect(listeners(signal)).toBe(1);

      ch.tryRecv();

      expect(listeners(signal)).toBe(0);
      await sent;
    },
  );

  it("C7: the listener is removed when the channel is closed", async () => {
    const empty = new Chan<string>();
    const full = new Chan<string>();
    const signals = [new AbortController().signal, new AbortController().signal] as const;
    const received = recv(empty, { signal: signals[0] });
    const sent = send(full, "a", { signal: signals[1] });

    empty.close();
    full.close();

    expect(signals.map(listeners)).toEqual([0, 0]);
    await Promise.allSettled([received, sent]);
  });

  it("C7: the listener is removed when the signal is aborted", async () => {
    const ch = new Chan<string>();
    const abort = new AbortController();
    const received = recv(ch, abort);

    abort.abort(reason);

    expect(listeners(abort.signal)).toBe(0);
    await expect(received).rejects.toBe(reason);
  });

  it("C7: the listener is removed when another listener acts first", async () => {
    const ch = new Chan<string>();
    const abort = new AbortController();
    let count = NaN;
    const act = (): void => {
      ch.trySend("a");
      count = listeners(abort.signal);
    };
    abort.signal.addEventListener("abort", act);
    const received = recv(ch, abort);

    abort.abort(reason);

    expect(count).toBe(1);
    expect(listeners(abort.signal)).toBe(1);
    await expect(received).rejects.toBe(reason);
  });

  it("C7: thousands of waits with one signal share one listener, and raise no warning", async () => {
    const empty = new Chan<number>();
    const full = new Chan<number>();
    const abort = new AbortController();
    const calls = countCalls(abort.signal);
    const outcomes: Promise<unknown>[] = [];

    const warnings = await collect("warning", () => {
      for (let i = 0; i < 3000; i++) {
        outcomes.push(recv(empty, abort), send(full, i, abort));
      }
      expect(listeners(abort.signal)).toBe(1);
      for (let i = 0; i < 1000; i++) {
        empty.trySend(i);
        full.tryRecv();
      }
    });

    expect(listeners(abort.signal)).toBe(1);
    expect(calls).toEqual({ added: 1, removed: 0 });
    abort.abort(reason);
    const statuses = (await Promise.allSettled(outcomes)).map(({ status }) => status);
    expect(statuses.slice(0, 2000).every((status) => status === "fulfilled")).toBe(true);
    expect(statuses.slice(2000).every((status) => status === "rejected")).toBe(true);
    expect(calls).toEqual({ added: 1, removed: 1 });
    expect(warnings).toEqual([]);
  });

  it("C7: a signal may be waited with again after its listener has been removed", async () => {
    const ch = new Chan<string>();
    const abort = new AbortController();
    const first = recv(ch, abort);
    ch.trySend("a");
    const second = recv(ch, abort);
    expect(listeners(abort.signal)).toBe(1);

    abort.abort(reason);

    expect((await first).value).toBe("a");
    await expect(second).rejects.toBe(reason);
  });
});

describe("abort listeners", () => {
  it("C7: a select that loses or wins has one, and leaves none", async () => {
    const channels = [new Chan<string>(), new Chan<string>(), new Chan<string>()] as const;
    const { signal } = new AbortController();
    const chosen = select(channels, { signal });
    expect(listeners(signal)).toBe(1);

    channels[1].trySend("a");

    expect(listeners(signal)).toBe(0);
    expect((await chosen).key).toBe(1);
  });

  it("C7: a select that rejects leaves none", async () => {
    const { signal } = new AbortController();
    const rejected = select({ it: "no channel" } as never, { signal });

    await expect(rejected).rejects.toThrow(TypeError);
    expect(listeners(signal)).toBe(0);
  });

  describe.each<[string, Waits]>([
    [
      "WaitGroup.wait",
      () => {
        const group = new WaitGroup();
        return {
          wait: (options) => group.wait(options),
          hold: () => group.add(),
          serve: () => group.done(),
        };
      },
    ],
    [
      "Semaphore.acquire",
      () => {
        const semaphore = new Semaphore(3);
        let held: Permit | undefined;
        return {
          wait: (options) => semaphore.acquire(1, options).then(() => undefined),
          hold: () => {
            held = semaphore.tryAcquire(semaphore.available);
          },
          serve: () => held?.release(),
        };
      },
    ],
  ])("%s", (_, waits) => {
    it("C7: asks a signal for nothing where it need not wait", async () => {
      const { signal } = new AbortController();
      const calls = countCalls(signal);

      await waits().wait({ signal });

      expect(calls).toEqual({ added: 0, removed: 0 });
    });

    it("C7: has one listener, however many wait, and none when they have been served", async () => {
      const { wait, hold, serve } = waits();
      const { signal } = new AbortController();
      const calls = countCalls(signal);
      hold();
      const waited = [wait({ signal }), wait({ signal })];
      expect(listeners(signal)).toBe(1);

      serve();

      expect(listeners(signal)).toBe(0);
      expect(calls).toEqual({ added: 1, removed: 1 });
      await Promise.all(waited);
    });

    it("C7: has none when the signal is aborted", async () => {
      const { wait, hold } = waits();
      const abort = new AbortController();
      hold();
      const waited = Promise.allSettled([wait(abort), wait(abort)]);

      abort.abort(reason);

      expect(listeners(abort.signal)).toBe(0);
      await waited;
    });
  });
});
