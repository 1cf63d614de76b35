// Computes without a pause, and still lets timers and other tasks have their turn.

import { Chan, gosched, Ticker } from "@chankit/channel";

const timeIsUp = new Chan<never>();

/** 4 - 4/3 + 4/5 - 4/7 ...: the longer, the better. */
async function pi(): Promise<number> {
  let sum = 0;
  let denominator = 1;

  while (!timeIsUp.closed) {
    for (let i = 0; i < 1000; i++) {
      sum += 4 / denominator - 4 / (denominator + 2);
      denominator += 4;
    }

    // Goroutines are interrupted when they run too long; a JavaScript function is not. Without
    // these lines no timer would ever fire, and the loop would never end. Most of the time
    // `gosched` has nothing to wait for and costs next to nothing.
    const turn = gosched();
    if (turn !== undefined) await turn;
  }

  return sum;
}

async function clock(): Promise<void> {
  const ticker = new Ticker(5);
  for (let ticks = 1; ticks <= 3; ticks++) {
    await ticker.recv();
    console.log("tick", ticks);
  }
  timeIsUp.close();
}

const [approximation] = await Promise.all([pi(), clock()]);
console.log("pi is about", approximation.toFixed(2));

// Output:
// tick 1
// tick 2
// tick 3
// pi is about 3.14
