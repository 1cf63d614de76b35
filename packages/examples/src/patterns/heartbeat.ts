// A worker shows that it is alive, so that silence means that it is not.

import { after, Chan, select, Ticker } from "@chankit/channel";

const jobs = new Chan<number>();
const heartbeat = new Chan<undefined>();

async function worker(): Promise<void> {
  const ticker = new Ticker(10);
  for (;;) {
    const { key, value } = await select({ tick: ticker, job: jobs });
    switch (key) {
      case "tick":
        // Without waiting: no task has to listen, and the worker must not hang on its own heartbeat.
        heartbeat.trySend(undefined);
        break;
      case "job":
        if (value === 3) await select({}); // stuck for ever, as in Go
        console.log("job", value, "is done");
        break;
    }
  }
}
void worker();

for (let beats = 1; ; beats++) {
  // A new `after` each time: what counts is the silence since the last beat.
  const { key } = await select({ heartbeat, silence: after(100) });
  if (key === "silence") break;
  console.log("beat", beats);
  await jobs.send(beats);
}
console.log("silence: the worker is stuck");

// Output:
// beat 1
// job 1 is done
// beat 2
// job 2 is done
// beat 3
// silence: the worker is stuck
