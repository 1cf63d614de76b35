import { afterEach, describe, expect, it } from "@jest/globals";

import { Chan } from "../../src/chan/chan.js";
import { ChannelClosedError } from "../../src/state/errors.js";
import { forms } from "../support/forms.js";
import { closed, got } from "../support/outcomes.js";
import { reason } from "../support/signals.js";
import { expectNobodyWaits } from "../support/waiting.js";

describe.each(forms)("S8: signal, by $name", ({ bystanders, recv, send }) => {
  afterEach(() => {
    expectNobodyWaits(...bystanders);
  });

  describe("whose other listener acts on the channel first", () => {
    /** A controller whose signal has a listener before any operation waits with it. */
    function abortDoing(act: () => void): AbortController {
      const abort = new AbortController();
      abort.signal.addEventListener("abort", act);
      return abort;
    }

    it("C7: an aborted receive takes no value: the next in line does", async () => {
      const ch = new Chan<string>();
      const abort = abortDoing(() => expect(ch.trySend("a")).toBe(true));
      const first = recv(ch, abort);
      const second = recv(ch, abort);
      const third = recv(ch);

      abort.abort(reason);

      expectNobodyWaits(ch);
      await expect(first).rejects.toBe(reason);
      await expect(second).rejects.toBe(reason);
      expect(await third).toEqual(got("a"));
    });

    it("C7: an aborted receive takes no value: if it was alone, the value stays", async () => {
      const ch = new Chan<string>();
      const abort = abortDoing(() => expect(ch.trySend("a")).toBe(false));
      const received = recv(ch, abort);

      abort.abort(reason);

      expectNobodyWaits(ch);
      await expect(received).rejects.toBe(reason);
    });

    it("C7: an aborted send hands over no value: the next in line does", async () => {
      const ch = new Chan<string>();
      const abort = abortDoing(() => expect(ch.tryRecv()).toEqual(got("b")));
      const first = send(ch, "a", abort);
      const second = send(ch, "b");

      abort.abort(reason);

      await expect(first).rejects.toBe(reason);
      await second;
    });

    it("C7: an aborted send puts no value into the room that a receive makes", async () => {
      const ch = new Chan<string>(1);
      ch.trySend("-");
      const abort = abortDoing(() => expect(ch.tryRecv()).toEqual(got("-")));
      const sent = send(ch, "a", abort);

      abort.abort(reason);

      expect(ch.len).toBe(0);
      expectNobodyWaits(ch);
      await expect(sent).rejects.toBe(reason);
    });

    it("C7: an aborted operation rejects with the reason although the channel is closed", async () => {
      const empty = new Chan<string>();
      const full = new Chan<string>();
      const abort = abortDoing(() => {
        empty.close();
        full.close();
      });
      const received = [recv(empty, abort), recv(empty)] as const;
      const sent = [send(full, "a", abort), send(full, "b")] as const;
      void Promise.allSettled([...received, ...sent]);

      abort.abort(reason);

      await expect(received[0]).rejects.toBe(reason);
      await expect(sent[0]).rejects.toBe(reason);
      expect(await received[1]).toEqual(closed);
      await expect(sent[1]).rejects.toThrow(ChannelClosedError);
    });

    it("C7: two signals that abort each other give each operation the reason of its own", async () => {
      const ch = new Chan<string>();
      const parent = abortDoing(() => child.abort("by parent"));
      const child = abortDoing(() => parent.abort("by child"));
      const outcomes = Promise.allSettled([recv(ch, parent), recv(ch, child), recv(ch, parent)]);

      parent.abort(reason);

      expectNobodyWaits(ch);
      expect(await outcomes).toMatchObject([{ reason }, { reason: "by parent" }, { reason }]);
    });

    it("C7: a new operation with the signal rejects, too", async () => {
      const ch = new Chan<string>(1);
      const late: Promise<unknown>[] = [];
      const abort = abortDoing(() => {
        late.push(send(ch, "a", abort), recv(ch, abort));
      });

      abort.abort(reason);

      for (const promise of late) await expect(promise).rejects.toBe(reason);
      expect(ch.len).toBe(0);
      expectNobodyWaits(ch);
    });
  });
});
