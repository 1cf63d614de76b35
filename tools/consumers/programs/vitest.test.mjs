import { Chan } from "@chankit/channel";
import { settle, toHaveNoWaiters } from "@chankit/channel/testing";
import { WorkerPool } from "@chankit/pool";
import { expect, test } from "vitest";

expect.extend({ toHaveNoWaiters });

test("a channel", async () => {
  const chan = new Chan();
  void chan.send(1);
  await settle();
  expect(chan).not.toHaveNoWaiters();
  expect(await chan.recv()).toEqual({ ok: true, value: 1, done: false });
  expect(chan).toHaveNoWaiters();
});

test("a pool", async () => {
  const pool = new WorkerPool({ workers: 1 });
  expect(await pool.submit(() => "ok")).toBe("ok");
  await pool.close();
});
