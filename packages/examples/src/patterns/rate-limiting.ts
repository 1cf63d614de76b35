// So many requests in a time and no more; then the same with bursts.

import { Limiter, Ticker } from "@chankit/channel";

const INTERVAL = 10;

// Steadily: each request waits for a tick. Ticks that no task waits for are lost, but one: after a
// pause two requests may follow each other at once.
const start = Date.now();
const ticker = new Ticker(INTERVAL);
for (let request = 1; request <= 3; request++) {
  await ticker.recv();
  console.log("steady:", request);
}
console.log("in time:", Date.now() - start >= 3 * INTERVAL);
ticker.stop();

// In bursts: a limiter saves tokens while none is taken, up to three, and never gives more than
// its rate. Waiters are served in order.
const limiter = new Limiter({ limit: 1, interval: INTERVAL, burst: 3 });
for (let request = 1; request <= 5; request++) {
  const atOnce = limiter.allow();
  if (!atOnce) await limiter.wait();
  console.log("burst:", request, atOnce ? "at once" : "had to wait");
}

// Output:
// steady: 1
// steady: 2
// steady: 3
// in time: true
// burst: 1 at once
// burst: 2 at once
// burst: 3 at once
// burst: 4 had to wait
// burst: 5 had to wait
