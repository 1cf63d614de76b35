// Several workers take from one channel; each value goes to exactly one of them.

import { after, Chan, named, WaitGroup } from "@chankit/channel";

interface Result {
  n: number;
  square: number;
}

const numbers = new Chan<number>(0, { name: "numbers" });
const results = new Chan<Result>(0, { name: "results" });

async function worker(): Promise<void> {
  // All workers loop over the same channel: one that is free takes the next number.
  for await (const n of numbers) {
    await after(n % 3).recv(); // hard work
    await results.send({ n, square: n * n });
  }
}

const workers = new WaitGroup();
for (let i = 1; i <= 3; i++) workers.go(() => named(`worker ${i}`, worker)); // for pictures

async function feed(): Promise<void> {
  for (let n = 1; n <= 6; n++) await numbers.send(n);
  numbers.close(); // the workers go home ...
  await workers.wait();
  results.close(); // ... and when they have, there are no more results
}
void feed();

// The quick overtake the slow, so results are put in order.
const all: Result[] = [];
for await (const result of results) all.push(result);
all.sort((a, b) => a.n - b.n);
for (const { n, square } of all) console.log(`${n} squared is ${square}`);

// Output:
// 1 squared is 1
// 2 squared is 4
// 3 squared is 9
// 4 squared is 16
// 5 squared is 25
// 6 squared is 36
