// After Ctrl-C: take nothing more, finish what is under way, but not for ever.

import { after, Chan, type RecvChan, select } from "@chankit/channel";
import { type Job, type JobContext, WorkerPool } from "@chankit/pool";

class Request implements Job {
  readonly name: string;
  readonly #ms: number;

  constructor(name: string, ms: number) {
    this.name = name;
    this.#ms = ms;
  }

  async run({ signal }: JobContext): Promise<void> {
    await after(this.#ms).recv({ signal }); // gives up when it is told to
  }
}

const pool = new WorkerPool<Request>({ workers: 3 });
await pool.queue(new Request("quick", 5));
await pool.queue(new Request("slow", 100));
await pool.queue(new Request("endless", 1_000_000));

const interrupt = new Chan<undefined>(1);
process.once("SIGINT", () => interrupt.trySend(undefined));

async function pressCtrlC(): Promise<void> {
  await after(25).recv();
  process.kill(process.pid, "SIGINT");
}
void pressCtrlC();

/** Switched off, like every case that is `undefined`, until we are asked to stop. */
let deadline: RecvChan<number> | undefined;

for (;;) {
  const r = await select({ finished: pool.finished, interrupt, deadline });

  if (r.key === "interrupt") {
    console.log("interrupted:", pool.stats.inProgress, "under way");
    void pool.close();
    deadline = after(200);
  } else if (r.key === "deadline") {
    console.log("deadline");
    deadline = undefined;
    void pool.abort(new Error("took too long")); // aborts their signals
  } else if (r.ok) {
    const { job, ...end } = r.value;
    console.log(job.name, end.status === "fulfilled" ? "done" : String(end.reason));
  } else {
    // Nothing is under way any more, and all results have been seen.
    console.log("bye:", pool.state);
    break;
  }
}

// Output:
// quick done
// interrupted: 2 under way
// slow done
// deadline
// endless Error: took too long
// bye: terminated
