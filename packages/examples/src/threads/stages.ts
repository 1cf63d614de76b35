// A pipeline whose stages are threads: channels reach into them, with order and back-pressure.

import { Chan, WaitGroup } from "@chankit/channel";
import { Threads } from "@chankit/threads";

import type { Block, Sum, tasks } from "./stages.tasks.js";

const threads = new Threads<typeof tasks>(new URL("./stages.tasks.js", import.meta.url), {
  size: 3,
});

// At most four blocks are under way to each stage, however slow the next one is.
const blocks = new Chan<Block>(4);
const sums = new Chan<Sum>(4);

const making = threads.run("make", 40, { channels: { out: blocks } });

// Two calls share the channels: each block goes to one of them.
const hashing = new WaitGroup();
let hashed = 0;
for (const worker of [1, 2]) {
  hashing.go(async () => {
    const channels = { in: blocks, out: sums };
    const count = await threads.run("hash", undefined, { worker, channels });
    hashed += count;
  });
}
// The last one out closes the door.
const closing = hashing.wait().then(() => sums.close());

const found: Sum[] = [];
for await (const sum of sums) found.push(sum);
await Promise.all([making, closing]);

found.sort((a, b) => a.number - b.number);
console.log(hashed, "blocks hashed by two threads");
console.log("first", found[0]?.sum.slice(0, 12), "last", found.at(-1)?.sum.slice(0, 12));
await threads.close();

// Output:
// 40 blocks hashed by two threads
// first 9192c25b734f last a8156e6875ad
