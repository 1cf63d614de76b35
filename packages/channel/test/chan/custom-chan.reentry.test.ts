import { describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { select } from "../../src/select/select.js";
import { Shelf } from "../support/kinds.js";
import { got } from "../support/outcomes.js";
import { inVariousOrders } from "../support/randomness.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe("hooks of a custom channel", () => {
  describe("that touch other channels", () => {
    it("S1: an unwatch finds no other case of the select that has just been decided", async () => {
      await inVariousOrders(async () => {
        const shelf = new Shelf<string>();
        const events = new Chan<string>();
        let wasSent = false;
        shelf.during = {
          unwatch: () => {
            wasSent = events.trySend("unwatched");
          },
        };
        const chosen = select({ shelf, events });

        shelf.change(["a"]);

        expect(wasSent).toBe(false);
        expect(await chosen).toEqual({ key: "shelf", ...got("a") });
      });
    });

    it("S1: a watch that sends to other cases of the select decides it once", async () => {
      await inVariousOrders(async () => {
        const shelf = new Shelf<string>();
        const others = [new Chan<string>(), new Chan<string>()] as const;
        const wasSent: boolean[] = [];
        shelf.during = {
          watch: () => wasSent.push(...others.map((ch) => ch.trySend("watched"))),
        };

        const chosen = select([...others, shelf]);
        shelf.change(["a"]);

        expect(wasSent.filter(Boolean).length).toBeLessThanOrEqual(1);
        const key = wasSent.includes(true) ? wasSent.indexOf(true) : 2;
        expect(await chosen).toMatchObject({ key, ok: true });
        expectNobodyWaits(...others, shelf);
      });
    });
  });
});
