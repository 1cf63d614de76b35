// Stages joined by channels, all of which one signal ends when there is enough.

import { Chan, Group, pipe, type RecvChan } from "@chankit/channel";

const enough = new AbortController();
const stages = new Group({ signal: enough.signal });

/** A stage: `source` into a channel. `pipe` closes it, also if it fails: the next one learns that it is over. */
function stage<T>(source: Iterable<T> | AsyncIterable<T>): RecvChan<T> {
  const out = new Chan<T>();
  void stages.go((signal) => pipe(source, out, { signal }));
  return out;
}

/** Counts without end. */
function* count(): Generator<number> {
  for (let n = 1; ; n++) yield n;
}

/** Squares whatever comes, as long as something comes. */
async function* square(numbers: RecvChan<number>): AsyncGenerator<number> {
  for await (const n of numbers) yield n * n;
}

// There is no buffer, so no stage is more than one number ahead of the one that wants the next.
for await (const n of stage(square(stage(count())))) {
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
