// One task knows the subscribers, and tells them what is published.

import { Chan, select, type SendChan } from "@chankit/channel";

const subscribe = new Chan<SendChan<string>>();
const unsubscribe = new Chan<SendChan<string>>();
const publish = new Chan<string>();

async function broker(): Promise<void> {
  const subscribers = new Set<SendChan<string>>();

  for (;;) {
    const r = await select({ subscribe, unsubscribe, publish });
    if (!r.ok) break; // the end of one is the end of all
    switch (r.key) {
      case "subscribe":
        subscribers.add(r.value);
        break;
      case "unsubscribe":
        if (subscribers.delete(r.value)) r.value.close();
        break;
      case "publish":
        // Must not wait: one slow subscriber would hold up all others. What becomes of news for
        // which there is no room, each subscriber has decided by the kind of its channel.
        for (const subscriber of subscribers) subscriber.trySend(r.value);
        break;
    }
  }

  for (const subscriber of subscribers) subscriber.close();
}
const brokering = broker();

const all = new Chan<string>(Infinity); // misses nothing
const latest = new Chan<string>(1, { overflow: "dropOldest" }); // only wants to know how it is now
const early = new Chan<string>(Infinity); // is there for the morning only

await subscribe.send(all);
await subscribe.send(early);
await publish.send("sunrise");
await publish.send("breakfast");
await unsubscribe.send(early);
await subscribe.send(latest);
await publish.send("noon");
await publish.send("sunset");
publish.close();
await brokering;

async function print(name: string, news: Chan<string>): Promise<void> {
  const heard: string[] = [];
  for await (const item of news) heard.push(item);
  console.log(`${name}: ${heard.join(", ")}`);
}
await print("all", all);
await print("early", early);
await print("latest", latest);

// Output:
// all: sunrise, breakfast, noon, sunset
// early: sunrise, breakfast
// latest: sunset
