// test/fixedbugs: what went wrong in Go once.

import { describe, expect, it } from "@jest/globals";

import { type Case, Chan, select, send, trySelect } from "../../src/index.js";
import { forms } from "../support/forms.js";
import { isGarbage } from "../support/memory.js";
import { got } from "../support/outcomes.js";
import { expectNobodyWaits, waiting } from "../support/waiting.js";

describe("test/fixedbugs", () => {
  it("issue4313: the operands of a select are evaluated from the first to the last", async () => {
    const log: string[] = [];
    const operand = (name: string, cap: number): Chan<string> => {
      log.push(name);
      return new Chan(cap);
    };

    await select([
      operand("a", 0),
      send(operand("b", 1), operand("c", 0).name ?? ""),
      operand("d", 0),
    ]);

    expect(log).toEqual(["a", "b", "c", "d"]);
  });

  it("issue43111: what evaluating a later case changes, an earlier one does not see", async () => {
    let current: Chan<number> | null = new Chan<number>(1);
    const first = current;
    first.trySend(1);
    const cases: Record<string, Case> = {
      get first() {
        return current;
      },
      get second() {
        current = null;
        return new Chan<number>();
      },
    };

    expect(await select(cases)).toEqual({ key: "first", ...got(1) });
  });

  it("issue43111: a channel that evaluating a later case closes is closed when it is looked at", () => {
    const ch = new Chan<number>();
    const cases: Record<string, Case> = {
      out: send(ch, 1),
      get second() {
        ch.close();
        return null;
      },
    };

    expect(() => trySelect(cases)).toThrow("send on closed channel");
  });

  it("issue8336: if evaluating a case fails, later ones are not evaluated, and nothing waits", async () => {
    const [before, after] = [new Chan<number>(), new Chan<number>()];
    let evaluated = 0;
    const failure = new Error("failure of the second case");
    const cases: Record<string, Case> = {
      before,
      get fails(): never {
        throw failure;
      },
      get after() {
        evaluated++;
        return after;
      },
    };

    await expect(select(cases)).rejects.toBe(failure);
    expect(() => trySelect(cases)).toThrow(failure);

    expect(evaluated).toBe(0);
    expectNobodyWaits(before, after);
  });

  it.each([0, 1])(
    "issue8347: ok says that there was a value, and the value is that, cap %d",
    async (cap) => {
      const ch = new Chan<boolean>(cap);

      for (const value of [false, true]) {
        const sent = ch.send(value);
        expect(trySelect({ ch })).toEqual({ key: "ch", ...got(value) });
        await sent;
      }
      expect(trySelect({ ch })).toBeUndefined();
      ch.close();

      expect(trySelect({ ch })).toMatchObject({ ok: false, value: undefined });
    },
  );

  it.each(forms)("issue16870: ok is true of what was sent, by $name", async (form) => {
    const ch = new Chan<number>(1);

    for (const read of [form.tryRecv, form.recv]) {
      ch.trySend(0);
      expect((await read(ch))?.ok).toBe(true);
    }

    ch.close();
    for (const read of [form.tryRecv, form.recv]) expect((await read(ch))?.ok).toBe(false);
    expectNobodyWaits(...form.bystanders);
  });

  it("issue9110: a select that has ended is held by none of the channels of its losers", async () => {
    const idle = new Chan<object>();
    const lose = async (): Promise<WeakRef<object>[]> => {
      const refs: WeakRef<object>[] = [];
      for (let i = 0; i < 100; i++) {
        const [winner, value] = [new Chan<object>(), {}];
        const chosen = select([winner, send(idle, value), winner]);
        winner.trySend(value);
        refs.push(new WeakRef(value), new WeakRef(winner), new WeakRef(await chosen));
      }
      return refs;
    };

    const refs = await lose();

    expect(await isGarbage(...refs)).toBe(true);
    expect(waiting(idle)).toEqual({ receivers: 0, senders: 0 });
  });
});
