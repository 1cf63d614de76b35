import { describe, expect, it, jest } from "@jest/globals";

import type { RecvChan } from "../../src/state/types.js";
import { after } from "../../src/time/after.js";
import { Ticker } from "../../src/time/ticker.js";
import { forms } from "../support/forms.js";
import { fakeTime } from "../support/faked-time.js";
import { got } from "../support/outcomes.js";
import { aborted, listeners, reason } from "../support/signals.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

const kinds: readonly [string, (ms: number) => RecvChan<number>][] = [
  ["after", after],
  ["Ticker", (ms) => new Ticker(ms)],
];

const start = fakeTime();

describe.each(kinds)("%s, with a signal", (_, every) => {
  describe.each(forms)("by $name", ({ recv }) => {
    it("C7: an aborted signal wins over a value that is due, and nothing happens", async () => {
      const time = every(1000);
      jest.advanceTimersByTime(1000);

      await expect(recv(time, { signal: aborted() })).rejects.toBe(reason);

      expect(time.tryRecv()).toEqual(got(start + 1000));
    });

    it("C7, T2: aborting withdraws a wait, with its timer and its listener", async () => {
      const time = every(1000);
      const abort = new AbortController();
      const received = recv(time, abort);
      expect(listeners(abort.signal)).toBe(1);

      abort.abort(reason);

      expect(jest.getTimerCount()).toBe(0);
      expect(listeners(abort.signal)).toBe(0);
      expectNobodyWaits(time);
      await expect(received).rejects.toBe(reason);
      jest.advanceTimersByTime(1000);
      expect(time.tryRecv()).toEqual(got(start + 1000));
    });

    it("C7: the abort comes first: the value stays, for the next in line", async () => {
      const time = every(1000);
      const abort = new AbortController();
      const received = [recv(time, abort), recv(time)] as const;

      abort.abort(reason);
      jest.advanceTimersByTime(1000);

      await expect(received[0]).rejects.toBe(reason);
      expect(await received[1]).toEqual(got(start + 1000));
    });

    it("C7: the value comes first: aborting changes nothing", async () => {
      const time = every(1000);
      const abort = new AbortController();
      const received = recv(time, abort);

      jest.advanceTimersByTime(1000);
      expect(listeners(abort.signal)).toBe(0);
      abort.abort(reason);

      expect(await received).toEqual(got(start + 1000));
    });

    it("C7: a value that comes while another abort listener runs goes to the next in line", async () => {
      const time = every(1000);
      const abort = new AbortController();
      abort.signal.addEventListener("abort", () => jest.advanceTimersByTime(1000));
      const received = [recv(time, abort), recv(time, abort), recv(time)] as const;

      abort.abort(reason);

      expectNobodyWaits(time);
      await expect(received[0]).rejects.toBe(reason);
      await expect(received[1]).rejects.toBe(reason);
      expect(await received[2]).toEqual(got(start + 1000));
    });

    it("C7: a value that comes while another abort listener runs stays if no other waits", async () => {
      const time = every(1000);
      const abort = new AbortController();
      abort.signal.addEventListener("abort", () => jest.advanceTimersByTime(1000));
      const received = recv(time, abort);

      abort.abort(reason);

      expect(waiting(time).receivers).toBe(0);
      expect(time.tryRecv()).toEqual(got(start + 1000));
      await expect(received).rejects.toBe(reason);
    });
  });
});
