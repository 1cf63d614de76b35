// Random programs of up to a thousand calls on the promise-based API: every invariant on its own,
// without the model. All of them at once, by comparison with it: conformance.test.ts.
//
// Replaced meanwhile, in one of the tests: `Promise` (model/counted-promise).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { always } from "./always.js";
import { countSettledAgain } from "./counted-promise.js";
import { caseOf, casesOf, received, sent, type Transfer } from "./history.js";
import { expectLaws, inventsNothing, keepsOrder, losesNothing, nobodyOvertakes } from "./laws.js";
import { play, type Snapshot } from "./play.js";

/** Nothing waits for what is there. */
function isSound({ len, cap, closed, receivers, senders }: Snapshot): boolean {
  if (len < 0 || len > cap || (closed && receivers + senders > 0)) return false;
  return (receivers === 0 || len === 0) && (senders === 0 || len === cap);
}

describe("in a random program", () => {
  it("no loss: what is sent is received", () =>
    always("block", async (program) => {
      expectLaws(await play(program), { losesNothing });
    }));

  it("no duplication: what is received was sent, and is received once", () =>
    always("any", async (program) => {
      expectLaws(await play(program), { inventsNothing });
    }));

  it("FIFO: values come out in the order in which their sends were called", () =>
    always("any", async (program) => {
      expectLaws(await play(program), { keepsOrder });
    }));

  it("conservation: at all times, what has been sent has been received or is buffered", () =>
    always("block", async (program) => {
      await play(program, {
        ticked: (stage) => {
          const lens = stage.look().map(({ len }) => len);
          for (const { chan } of received(stage)) lens[chan]!++;
          for (const { chan } of sent(stage)) lens[chan]!--;
          expect(lens).toEqual([0, 0, 0]);
        },
      });
    }));

  it("capacity: a buffer never holds more than `cap`, and nothing waits for what is there", () =>
    always("any", async (program) => {
      const { before } = await play(program);
      expect(before.flat().filter((snapshot) => !isSound(snapshot))).toEqual([]);
    }));

  it("wake-on-close: nothing waits in a closed channel, and all that did has settled", () =>
    always("any", async (program) => {
      await play(program, {
        called: (stage, { call }) => {
          if (call.do !== "close") return;
          expect(stage.look()[call.chan]).toMatchObject({ receivers: 0, senders: 0 });
        },
        ticked: (stage) => {
          const cases = stage.pending.flatMap(({ call }) => casesOf(call));
          expect(cases.filter(({ chan }) => stage.chans[chan]!.closed)).toEqual([]);
        },
      });
    }));

  it("no residue: the cases of pending operations wait, and nothing else", () =>
    always("any", async (program) => {
      await play(program, {
        ticked: (stage) => {
          const waiting = stage.look().reduce((sum, one) => sum + one.receivers + one.senders, 0);
          expect(waiting).toBe(stage.pending.flatMap(({ call }) => casesOf(call)).length);
        },
      });
    }));

  it("no residue: the signals of pending operations have a listener, and no others", () =>
    always("any", async (program) => {
      await play(program, {
        ticked: ({ pending, listeners }) => {
          const signals = new Set(pending.map(({ call }) => call.signal));
          expect(listeners.filter(([signal, n]) => n !== (signals.has(signal) ? 1 : 0))).toEqual(
            [],
          );
        },
      });
    }));

  it("no barging: of two on the same side of a channel, the first to call is served first", () =>
    always("any", async (program) => {
      expectLaws(await play(program), { nobodyOvertakes });
    }));

  it("no barging: a value goes to a waiter, if there is one, and to none that comes later", () =>
    always("any", async (program) => {
      const { events, before, settled } = await play(program);
      const receivedAt = new Map<unknown, number>();
      for (const event of settled) {
        if (event.outcome?.what !== "received") continue;
        receivedAt.set(event.outcome.value, events.indexOf(event));
      }

      const stolen = events.filter(({ call, outcome }, turn) => {
        if (outcome?.what !== "sent") return false;
        const { chan, value } = caseOf(call, outcome.key) as Transfer;
        // In an abort, an aborted waiter may still stand there.
        const isInAbort = events[turn - 1]?.call.do === "abort";
        const isAwaited = !isInAbort && before[turn]![chan]!.receivers > 0;
        return isAwaited && !(receivedAt.get(value)! < turn);
      });
      expect(stolen).toEqual([]);
    }));

  it("settled once: no promise is settled a second time", () =>
    always("any", async (program) => {
      expect(await countSettledAgain(() => play(program))).toBe(0);
    }));
});
