import { describe, expect, it, jest } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { got } from "../support/outcomes.js";
import { aborted, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe("signal of a select", () => {
  it("C7: withdraws it from all its channels", async () => {
    const channels = [new Chan<string>(), new Chan<string>(), new Chan<string>()];
    const abort = new AbortController();
    const chosen = select(channels, abort);
    const others = channels.map((ch) => ch.recv());

    abort.abort(reason);

    for (const ch of channels) expect(waiting(ch).receivers).toBe(1);
    await expect(chosen).rejects.toBe(reason);
    for (const ch of channels) expect(ch.trySend("a")).toBe(true);
    expect(await Promise.all(others)).toEqual([got("a"), got("a"), got("a")]);
  });

  it("C7: withdraws it from all its channels at once if another listener acts on one of them", async () => {
    const channels = [new Chan<string>(), new Chan<string>()] as const;
    const abort = new AbortController();
    abort.signal.addEventListener("abort", () => {
      expect(channels[0].trySend("a")).toBe(false);
      expectNobodyWaits(...channels);
    });
    const chosen = select(channels, abort);

    abort.abort(reason);

    expectNobodyWaits(...channels);
    await expect(chosen).rejects.toBe(reason);
  });

  it("C5, C7: tells the waiters that it finds aborted, in order, before it goes on to another case", async () => {
    const [a, closed] = [new Chan<string>(), new Chan<string>()];
    closed.close();
    const abort = new AbortController();
    const told: string[] = [];
    let chosen: Promise<unknown> | undefined;
    abort.signal.addEventListener("abort", () => {
      const first = jest.spyOn(Math, "random").mockReturnValue(0);
      chosen = select({ a, closed }).then(({ key }) => told.push(key));
      first.mockRestore();
    });
    for (const value of ["1", "2"]) a.send(value, abort).catch(() => told.push(value));

    abort.abort(reason);
    await chosen;

    expect(told).toEqual(["1", "2", "closed"]);
    expectNobodyWaits(a);
  });

  it("C7: wins if it is aborted while the cases are read", async () => {
    const ready = new Chan<string>(1);
    ready.trySend("a");
    const never = new Chan<string>();
    for (const ch of [ready, never]) {
      const abort = new AbortController();
      const cases = {
        get it() {
          abort.abort(reason);
          return ch;
        },
      };

      await expect(select(cases, abort)).rejects.toBe(reason);
    }
    expect(ready.len).toBe(1);
    expectNobodyWaits(never);
  });

  it("C7: ends a select of nothing", async () => {
    const abort = new AbortController();
    const chosen = select({}, abort);

    abort.abort(reason);

    await expect(chosen).rejects.toBe(reason);
  });

  it("C7: wins over an impossible case", async () => {
    await expect(select({ it: "no channel" } as never, { signal: aborted() })).rejects.toBe(reason);
  });
});
