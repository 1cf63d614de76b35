// Each prime gets a task that lets through what it does not divide.

import { Chan, type RecvChan, type SendChan } from "@chankit/channel";

async function generate(numbers: SendChan<number>): Promise<void> {
  for (let n = 2; ; n++) await numbers.send(n);
}

async function filter(from: RecvChan<number>, to: SendChan<number>, prime: number): Promise<void> {
  for await (const n of from) {
    if (n % prime !== 0) await to.send(n);
  }
}

let numbers = new Chan<number>();
void generate(numbers); // Go says `go`; `void` says that we do not wait for its end

for (;;) {
  // What has passed all the filters is divided by no smaller prime.
  const { ok, value: prime } = await numbers.recv();
  if (!ok || prime > 30) break;
  console.log(prime);

  const rest = new Chan<number>();
  void filter(numbers, rest, prime);
  numbers = rest;
}
// The tasks still wait for each other. Nothing can wake them any more, so they are garbage.

// Output:
// 2
// 3
// 5
// 7
// 11
// 13
// 17
// 19
// 23
// 29
