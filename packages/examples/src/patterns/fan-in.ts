// Several channels become one, which is closed when all of them are.

import { after, Chan, type RecvChan, WaitGroup } from "@chankit/channel";

function merge<T>(...inputs: readonly RecvChan<T>[]): RecvChan<T> {
  const merged = new Chan<T>();
  const forwarders = new WaitGroup();

  for (const input of inputs) {
    forwarders.go(async () => {
      for await (const value of input) await merged.send(value);
    });
  }

  // No forwarder can close the channel by itself: the others may still have something to send.
  void forwarders.wait().then(() => merged.close());
  return merged;
}

/** A station that reports three times. */
function station(name: string, interval: number): RecvChan<string> {
  const reports = new Chan<string>();

  async function report(): Promise<void> {
    for (let i = 1; i <= 3; i++) {
      await after(interval).recv();
      await reports.send(`${name} ${i}`);
    }
    reports.close();
  }

  void report();
  return reports;
}

const reports: string[] = [];
for await (const report of merge(station("north", 3), station("south", 2), station("west", 1))) {
  reports.push(report);
}

// Each station's reports have come in order, but which was first among the three is chance.
reports.sort();
for (const report of reports) console.log(report);

// Output:
// north 1
// north 2
// north 3
// south 1
// south 2
// south 3
// west 1
// west 2
// west 3
