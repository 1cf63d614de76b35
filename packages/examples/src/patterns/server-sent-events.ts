// Server-sent events to fast and slow readers: the slow one misses some, and does not delay the others.

import { after, Broadcast, WaitGroup } from "@chankit/channel";

const prices = new Broadcast<number>({ name: "prices" });
const clients = new WaitGroup();

/**
 * What a handler does for a client that takes `ms` for each event, which stands for the "drain" of its
 * response. A client that leaves aborts `signal`.
 */
async function stream(name: string, ms: number, signal?: AbortSignal): Promise<void> {
  // Of what it cannot send in time it keeps the newest only.
  using events = prices.subscribe(1, { overflow: "dropOldest", name });
  const sent: string[] = [];
  try {
    for await (const price of events.values({ signal })) {
      sent.push(`data: ${price}`);
      await after(ms).recv({ signal });
    }
    console.log(`${name}: ${sent.join(", ")}; missed ${events.dropped}`);
  } catch (reason) {
    console.log(`${name}: ${sent.join(", ")}; ${String(reason)}`);
  }
}

const left = new AbortController();
clients.go(() => stream("fast", 1));
clients.go(() => stream("slow", 37));
clients.go(() => stream("leaves", 1, left.signal));

for (let price = 1; price <= 9; price++) {
  await prices.send(price); // never waits: no subscriber blocks
  await after(10).recv();
  if (price === 3) left.abort("client has left"); // is taken out by the end of its `using`
}
console.log("subscribers:", prices.subscribers);
prices.close();
await clients.wait();

// Output:
// leaves: data: 1, data: 2, data: 3; client has left
// subscribers: 2
// fast: data: 1, data: 2, data: 3, data: 4, data: 5, data: 6, data: 7, data: 8, data: 9; missed 0
// slow: data: 1, data: 4, data: 8, data: 9; missed 5
