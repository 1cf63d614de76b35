// Stages joined by channels, all of which one signal ends when there is enough.

import { Chan, Group, type RecvChan } from "@chankit/channel";

const enough = new AbortController();
const stages = new Group({ signal: enough.signal });

/** Counts without end. */
function count(): RecvChan<number> {
  const out = new Chan<number>();
  void stages.go(async (signal) => {
    try {
      // When the signal is aborted, the send that waits rejects, and that ends the loop.
      for (let n = 1; ; n++) await out.send(n, { signal });
    } finally {
      // The next stage may be waiting to receive: it learns from this that it is over.
      out.close();
    }
  });
  return out;
}

/** Squares whatever comes, as long as something comes. */
function square(numbers: RecvChan<number>): RecvChan<number> {
  const out = new Chan<number>();
  void stages.go(async (signal) => {
    try {
      for await (const n of numbers) await out.send(n * n, { signal });
    } finally {
      out.close();
    }
  });
  return out;
}

// There is no buffer, so no stage is more than one number ahead of the one that wants the next.
for await (const n of square(count())) {
  console.log(n);
  if (n > 20) break;
}

enough.abort("that is enough");
try {
  await stages.wait();
} catch (reason) {
  console.log("all stages have ended:", reason);
}

// Output:
// 1
// 4
// 9
// 16
// 25
// all stages have ended: that is enough
