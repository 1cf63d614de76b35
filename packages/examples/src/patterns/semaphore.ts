// Ten tasks start at once, but only three of them get on at a time.

import { after, Semaphore, WaitGroup } from "@chankit/channel";

const connections = new Semaphore(3);
let open = 0;
let mostOpen = 0;
let done = 0;

async function download(): Promise<void> {
  // Waits for its turn. `using` gives the permit back at the end of the block, however that ends.
  using _permit = await connections.acquire();

  open++;
  mostOpen = Math.max(mostOpen, open);
  await after(5).recv(); // the download
  open--;
  done++;
}

const downloads = new WaitGroup();
for (let i = 0; i < 10; i++) downloads.go(download);
await downloads.wait();
console.log("done:", done, "never more than", mostOpen, "at a time");

// A task that holds all permits is alone: no other gets one until they are given back.
const alone = await connections.acquire(3);
console.log("another one:", connections.tryAcquire() !== undefined);
alone.release();
console.log("free again:", connections.available);

// Output:
// done: 10 never more than 3 at a time
// another one: false
// free again: 3
