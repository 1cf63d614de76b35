// `using`, compiled for a host that knows neither it nor its symbols. The imports come first, as they
// always do, and the symbols are there only then, as TypeScript's helpers ask for them; those of other
// compilers use `Symbol.for` where there are none.

import { Chan, Group, Mutex, Semaphore, Ticker } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const wellKnown = Symbol as { dispose?: symbol; asyncDispose?: symbol };
if (import.meta.url.includes("/tsc/")) {
  wellKnown.dispose ??= Symbol("Symbol.dispose");
  wellKnown.asyncDispose ??= Symbol("Symbol.asyncDispose");
}

const semaphore = new Semaphore(1);
const mutex = new Mutex();
const numbers = new Chan<number>();
let pool: WorkerPool | undefined;
let aborted = false;
for (let i = 0; i < 2; i++) {
  using _permit = await semaphore.acquire();
  using _lock = await mutex.lock();
  using _ticker = new Ticker(1);
  using _numbers = numbers;
}
{
  await using group = new Group();
  await group.go(async (signal) => {
    await new Chan().recv({ signal }).catch(() => (aborted = true));
  });
  await using closing = new WorkerPool({ workers: 1 });
  pool = closing;
}
if (semaphore.available === 1 && numbers.closed && aborted && pool.state === "terminated")
  console.log("ok");
