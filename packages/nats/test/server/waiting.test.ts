// Jobs of WAIT as they are read, beside the same ones as they are delivered.

import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";

import type { Ledger } from "../../src/server/ledger.js";
import type { Link } from "../../src/server/link.js";
import { Names } from "../../src/server/names.js";
import { Pulled } from "../../src/server/puller.js";
import { isHeld, nextWaiting } from "../../src/server/waiting.js";

/** A ledger whose WAIT has one job, accepted at that time, in ns. */
function ledgerAt(time: bigint): Ledger {
  const seconds = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  // As Go writes it: without zeros at the end.
  const fraction = String(time % 1_000_000_000n)
    .padStart(9, "0")
    .replace(/0+$/u, "");
  const timestamp = `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
  const read = (): unknown => Promise.resolve({ seq: 7, timestamp, data: new Uint8Array() });
  return { names: new Names("p"), read } as unknown as Ledger;
}

describe("a job that is read", () => {
  it("D3: is the same as the one that is delivered, to the same bit of its time", async () => {
    const times = fc.oneof(
      fc.bigInt(0n, 2n ** 62n),
      // Of a whole second, and with zeros at the end.
      fc.bigInt(0n, 2n ** 32n).map((seconds) => seconds * 1_000_000_000n),
      fc.bigInt(0n, 2n ** 42n).map((ms) => ms * 1_000_000n),
    );
    await fc.assert(
      fc.asyncProperty(times, async (time) => {
        const ledger = ledgerAt(time);
        const reply = `$JS.ACK.W.c.1.7.1.${time}.0`;
        const pulled = new Pulled({} as unknown as Link, {
          subject: "s",
          data: new Uint8Array(),
          reply,
        });
        expect(await isHeld(ledger, pulled)).toBe(true);
        expect((await nextWaiting(ledger, 1))?.at).toBe(pulled.at);
        expect(await isHeld(ledger, { seq: 7, at: pulled.at + 1 })).toBe(false);
      }),
    );
  });
});
