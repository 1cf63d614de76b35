// A search on all cores: the first that finds something cancels the others, in the midst of their loops.

import { Threads } from "@chankit/threads";

import { digestOf, type tasks } from "./search.tasks.js";

const text = "share memory by communicating";
const threads = new Threads<typeof tasks>(new URL("./search.tasks.js", import.meta.url), {
  size: 4,
});

const found = new AbortController();
const searches = Array.from({ length: threads.size }, async (_, from) => {
  const search = { text, zeros: 4, from, step: threads.size };
  const nonce = await threads.run("search", search, { signal: found.signal });
  // The calls of the others reject with this at once, and their loops end.
  found.abort(new Error(`thread ${from} was faster`));
  return nonce;
});

const nonce = await Promise.any(searches);
if (nonce === undefined) throw new Error("nothing was found");
console.log(digestOf(text, nonce).slice(0, 4), "begins the digest");

const others = (await Promise.allSettled(searches)).filter(({ status }) => status === "rejected");
console.log(others.length < threads.size ? "the others have been cancelled" : "all have failed");
// Waits for the loops, too: a thread is ended by force only if its loop does not heed the flag.
await threads.close();

// Output:
// 0000 begins the digest
// the others have been cancelled
