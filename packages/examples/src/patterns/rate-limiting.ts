// So many requests in a time and no more; then the same with bursts.

import { Chan, Ticker } from "@chankit/channel";

const INTERVAL = 10;

// Steadily: each request waits for a tick. Ticks that nobody waits for are lost.
const start = Date.now();
const ticker = new Ticker(INTERVAL);
for (let request = 1; request <= 3; request++) {
  await ticker.recv();
  console.log("steady:", request);
}
console.log("in time:", Date.now() - start >= 3 * INTERVAL);

// In bursts: ticks are saved as tokens, up to three. A full bucket drops what is added to it.
const bucket = new Chan<number>(3, { overflow: "dropNewest" });
for (let i = 0; i < 3; i++) bucket.trySend(0);

async function refill(): Promise<void> {
  for await (const tick of ticker) bucket.trySend(tick);
}
void refill();

for (let request = 1; request <= 5; request++) {
  const atOnce = bucket.tryRecv() !== undefined;
  if (!atOnce) await bucket.recv();
  console.log("burst:", request, atOnce ? "at once" : "had to wait");
}

// A ticker never closes, so `refill` waits on. Without a timer, though, it keeps nothing alive.
ticker.stop();

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
