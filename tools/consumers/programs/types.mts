import { Chan, ChannelClosedError, type RecvChan, select, send, Ticker } from "@chankit/channel";
import { expectNoWaiters } from "@chankit/channel/testing";
import { type Job, WorkerPool } from "@chankit/pool";

class Double implements Job {
  result = 0;
  readonly n: number;

  constructor(n: number) {
    this.n = n;
  }

  run(): void {
    this.result = this.n * 2;
  }
}

async function main(): Promise<void> {
  const numbers = new Chan<number>(1);
  const words = new Chan<string>();
  const sides: RecvChan<string | number>[] = [numbers, words];
  // @ts-expect-error: no channel of numbers takes a string
  const wrong = (): Promise<void> => numbers.send("a string");

  const r = await select({ words, out: send(numbers, 21) });
  if (r.key === "words" && r.ok) r.value satisfies string;
  const { value = 0 } = await numbers.recv();

  const pool = new WorkerPool<Double>({ workers: 1 });
  await pool.queue(new Double(value));
  const result: number | undefined = (await pool.retrieve())?.job.result;
  await pool.close();

  new Ticker(1000).stop();
  numbers.close();
  const error = await wrong().catch((reason: unknown) => reason);
  expectNoWaiters(...sides);
  if (result === 42 && error instanceof ChannelClosedError) console.log("ok");
}

void main();
