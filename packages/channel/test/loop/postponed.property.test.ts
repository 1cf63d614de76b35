// The same random programs where the event loop is always due for a turn, so that outcomes come
// later: nothing else may be different.

import { describe, expect, it } from "@jest/globals";

import "../support/racing-clock.js";
import { always } from "../model/always.js";
import { Conformance } from "../model/conform.js";
import { expectLaws, inventsNothing, nobodyOvertakes } from "../model/laws.js";
import { play, type Stage } from "../model/play.js";

const { setImmediate } = globalThis;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe("in a random program whose outcomes are postponed", () => {
  it("C11: everything else is as the model says, and waiters continue in order", () =>
    always("any", async (program) => {
      const model = new Conformance(program, { inOrder: false });
      let postponed = 0;
      const pause = async ({ settled }: Stage): Promise<void> => {
        await turn();
        for (; settled.length < model.due && postponed < 100_000; postponed++) await turn();
      };

      const { events, settled, buffered } = await play(program, model, pause);

      // What only tries is never postponed.
      const waits = settled.filter(({ call }) => !call.do.startsWith("try"));
      expectLaws({ events, settled: waits, buffered }, { nobodyOvertakes });
      expectLaws({ events, settled, buffered }, { inventsNothing });
      if (events.length > 100) expect(postponed).toBeGreaterThan(0);
    }));
});
