// What has to hold in every host (C11, C13, T3). Each check is told the packages as its host has
// loaded them, since how and when they are loaded is what hosts differ in, and the host's clock.

const assert = require("node:assert/strict");
const { stat } = require("node:fs");

/** Many times more than fit between two turns of the loop. */
const MESSAGES = 20_000;
/** More than this machine manages in seconds: a loop that has had no turn by then will have none. */
const TOO_MANY = 20_000_000;

module.exports = {
  /** In every host. */
  always: { flow, choose, yieldToFiles, work, abort },
  /** Where timers run that are not faked: `setTimeout` and `setInterval` of the host. */
  real: { yieldToTimers, wait },
  /** Where timers are faked: `advance`, asynchronous, and `count`, how many there are. */
  faked: { obey },
  /** Where `using` is compiled, and a program has polyfilled its symbols by now. */
  using: { dispose },
};

/** Messages go from task to task, however many, and a loop that waits for none gets its turns. */
async function flow({ Chan, gosched }, { settle }) {
  const numbers = new Chan();
  const sending = (async () => {
    for (let i = 1; i <= MESSAGES; i++) await numbers.send(i);
    numbers.close();
  })();
  let sum = 0;
  for await (const n of numbers) sum += n;
  await sending;
  assert.equal(sum, (MESSAGES * (MESSAGES + 1)) / 2);

  for (let i = 0; i < MESSAGES; i++) await gosched();
  await settle();
}

async function choose({ Chan, select, send }) {
  const [left, right, never] = [new Chan(), new Chan(1), new Chan()];
  const [sent, got] = [select({ left: send(left, 1), never }), select({ left, never })];
  assert.equal((await sent).key, "left");
  assert.equal((await got).value, 1);
  for (let i = 0; i < MESSAGES; i++) {
    assert.equal((await select({ never, out: send(right, i) })).key, "out");
    assert.equal((await select({ never, right })).value, i);
  }
}

async function yieldToFiles(channel) {
  await exchangeWhile(channel, (done) => {
    let files = 20;
    const next = (error) => (error || --files === 0 ? done(error) : stat(".", next));
    stat(".", next);
  });
}

async function yieldToTimers(channel, _testing, _pool, { setTimeout, setInterval, clearInterval }) {
  await exchangeWhile(channel, (done) => setTimeout(done, 5));
  await exchangeWhile(channel, (done) => {
    let ticks = 5;
    const interval = setInterval(() => {
      if (--ticks > 0) return;
      clearInterval(interval);
      done();
    }, 2);
  });
}

/** Two tasks exchange messages until `start` has called back. */
async function exchangeWhile({ Chan }, start) {
  const [there, back] = [new Chan(), new Chan()];
  let outcome;
  start((error) => (outcome = { error }));
  const echo = (async () => {
    for await (const n of there) await back.send(n);
  })();
  let n = 0;
  while (outcome === undefined && n < TOO_MANY) {
    await there.send(n++);
    await back.recv();
  }
  there.close();
  await echo;
  assert.ok(outcome !== undefined, `no turn of the loop in ${TOO_MANY} messages`);
  assert.ok(!outcome.error, String(outcome.error));
}

async function work(_channel, _testing, { WorkerPool }) {
  const pool = new WorkerPool({ workers: 3, queueSize: 10 });
  const values = Array.from({ length: 100 }, (_, i) => pool.submit(async () => i));
  const sum = (await Promise.all(values)).reduce((a, b) => a + b);
  await pool.queue({ run() {} });
  assert.equal((await pool.retrieve()).status, "fulfilled");
  await pool.close();
  assert.equal(sum, 4950);
}

/** Also where a signal has no `throwIfAborted`, and where it is another realm's. */
async function abort({ Chan, select, Semaphore }) {
  const reason = new Error("enough");
  const semaphore = new Semaphore(1);
  const permit = await semaphore.acquire();
  for (const when of ["before", "while it waits"]) {
    const waits = [
      (signal) => new Chan().recv({ signal }),
      (signal) => new Chan().send(1, { signal }),
      (signal) => select({ never: new Chan() }, { signal }),
      (signal) => semaphore.acquire(1, { signal }),
    ];
    for (const wait of waits) {
      const controller = new AbortController();
      if (when === "before") controller.abort(reason);
      const outcome = wait(controller.signal).catch((error) => error);
      if (when !== "before") controller.abort(reason);
      assert.equal(await outcome, reason, `${when}: ${wait}`);
    }
  }
  permit.release();
  assert.equal(semaphore.tryAcquire() !== undefined, true);
}

/** `after` and `Ticker` in real time. That nothing of theirs keeps the process is seen at its end. */
async function wait({ after, Chan, select, Ticker }) {
  void select({ never: new Chan(), much: after(1) });
  assert.equal((await select({ never: new Chan(), late: after(2) })).key, "late");
  void after(60_000);
  const ticker = new Ticker(2);
  const first = await ticker.recv();
  const second = await ticker.recv();
  ticker.stop();
  assert.ok(first.ok && second.ok && second.value > first.value);
}

/** T3: `after` and `Ticker` follow the clock that is faked, to the millisecond. */
async function obey({ after, Chan, select, Ticker }, _testing, _pool, { advance, count }) {
  const before = count();
  const start = Date.now();
  let early = true;
  const late = after(60_000)
    .recv()
    .then(({ value }) => [value, early]);
  await advance(59_999);
  early = false;
  await advance(1);
  assert.equal(String(await late), `${start + 60_000},false`);

  const ticker = new Ticker(1000);
  const ticks = (async () => {
    const values = [];
    for await (const value of ticker) if (values.push(value - start) === 3) return values;
  })();
  await advance(3000);
  assert.equal(String(await ticks), "61000,62000,63000");
  ticker.stop();

  const answer = new Chan();
  const timedOut = select({ answer, timeout: after(100) });
  await advance(100);
  assert.equal((await timedOut).key, "timeout");
  assert.equal(count(), before, "timers are left behind");
}

/** What a compiled `using` does with all that can be disposed of. */
async function dispose({ Chan, Group, Mutex, Semaphore, Ticker }, _testing, { WorkerPool }) {
  const sync = Symbol.dispose ?? Symbol.for("Symbol.dispose");
  const async = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

  const [semaphore, mutex, chan] = [new Semaphore(2), new Mutex(), new Chan()];
  const disposables = {
    "acquired permit": [await semaphore.acquire(), sync],
    "tried permit": [semaphore.tryAcquire(), sync],
    lock: [await mutex.lock(), sync],
    channel: [chan, sync],
    ticker: [new Ticker(1), sync],
    iteration: [new Chan()[Symbol.asyncIterator](), async],
    group: [new Group(), async],
    pool: [new WorkerPool({ workers: 1 }), async],
  };
  const deaf = Object.keys(disposables).filter((name) => {
    const [disposable, key] = disposables[name];
    return typeof disposable[key] !== "function";
  });
  assert.equal(deaf.length, 0, `cannot be disposed of: ${deaf}`);
  for (const [disposable, key] of Object.values(disposables)) await disposable[key]();
  assert.equal(semaphore.available, 2);
  assert.equal(mutex.locked, false);
  assert.equal(chan.closed, true);
  for (const permit of [await semaphore.acquire(), await mutex.lock()]) permit.release();
}
