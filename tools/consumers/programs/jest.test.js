const { Chan } = require("@chankit/channel");
const { settle, toHaveNoWaiters } = require("@chankit/channel/testing");
const { WorkerPool } = require("@chankit/pool");

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
