// Tasks that belong together: the first that fails ends the others.

import { after, Group } from "@chankit/channel";

/** Stands for `fetch(url, { signal })`: whatever takes long should take a signal. */
async function load(what: string, ms: number, signal: AbortSignal): Promise<void> {
  await after(ms).recv({ signal });
  console.log("loaded", what);
}

const group = new Group();

void group.go((signal) => load("the profile", 5, signal));

void group.go(async (signal) => {
  await load("the list of orders", 20, signal);
  throw new Error("an order is missing");
});

void group.go(async (signal) => {
  try {
    await load("the whole history", 60_000, signal);
  } finally {
    console.log("gave up the history:", signal.aborted);
  }
});

try {
  await group.wait(); // until all have ended, and not only the first that fails
} catch (error) {
  console.log(String(error));
}

// Output:
// loaded the profile
// loaded the list of orders
// gave up the history: true
// Error: an order is missing
