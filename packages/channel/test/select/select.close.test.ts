import { describe, expect, it } from "@jest/globals";

import { send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { select, trySelect } from "../../src/select/select.js";
import { inVariousOrders } from "../support/randomness.js";
import { closed, got } from "../support/outcomes.js";
import { Continuations, settle } from "../support/settle.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe("select", () => {
  describe("a closed channel", () => {
    it("S4: its receive case is ready", async () => {
      const ch = new Chan<string>(1);
      const idle = new Chan<string>();
      ch.trySend("a");
      ch.close();

      expect(await select({ idle, ch })).toStrictEqual({ key: "ch", ...got("a") });
      expect(await select({ idle, ch })).toStrictEqual({ key: "ch", ...closed });
      expect(trySelect([idle, ch])).toStrictEqual({ key: 1, ...closed });
    });

    it("S4: its send case is ready: if it is chosen, select rejects and trySelect throws", async () => {
      const ch = new Chan<string>(1);
      const idle = new Chan<string>();
      ch.close();

      await expect(select({ idle, out: send(ch, "a") })).rejects.toThrow(ChannelClosedError);
      expect(() => trySelect([idle, send(ch, "a")])).toThrow(ChannelClosedError);
      expectNobodyWaits(idle, ch);
    });

    it("S4: its send case is only sometimes chosen while another is ready", async () => {
      const ch = new Chan<string>();
      ch.close();
      const outcomes = new Set<string>();

      await inVariousOrders(async () => {
        const other = new Chan<string>(1);
        other.trySend("a");
        const chosen = select({ out: send(ch, "a"), other }).then((r) => r.key);
        outcomes.add(await chosen.catch((error: unknown) => (error as Error).name));
        outcomes.add(`len ${other.len}`);
      });

      expect([...outcomes].sort()).toEqual(["ChannelClosedError", "len 0", "len 1", "other"]);
    });

    it("S4: a select that waits with a send case is rejected when the channel is closed", async () => {
      const ch = new Chan<string>();
      const idle = new Chan<string>();
      const chosen = select({ idle, out: send(ch, "a") });

      ch.close();

      expectNobodyWaits(ch, idle);
      await expect(chosen).rejects.toThrow(new ChannelClosedError("send on closed channel"));
    });

    it("S4: unless its receive case is completed first", async () => {
      await inVariousOrders(async () => {
        const ch = new Chan<string>();
        const chosen = select({ out: send(ch, "a"), ch });

        ch.close();

        expect(await chosen).toEqual({ key: "ch", ...closed });
      });
    });

    it("S4: one close wakes all selects that wait, in order", async () => {
      const ch = new Chan<string>();
      const continuations = new Continuations();
      const chosen = [select([ch]), select({ ch, again: ch }), select([null, ch])];
      for (const i of [2, 1, 0]) continuations.note(`select ${i}`, chosen[i]!);

      ch.close();
      await settle();

      expect(continuations.order).toEqual(["select 0", "select 1", "select 2"]);
      expectNobodyWaits(ch);
    });
  });
});
