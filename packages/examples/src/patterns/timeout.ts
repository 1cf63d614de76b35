// Waits for an answer, but not for ever.

import { after, Chan, type RecvChan, select } from "@chankit/channel";

/** Asks a service that takes `ms` milliseconds to answer. */
function ask(question: string, ms: number): RecvChan<string> {
  // A buffer of one: an answer that comes too late finds room, and its sender need not wait.
  const answer = new Chan<string>(1);

  async function think(): Promise<void> {
    await after(ms).recv();
    await answer.send(`${question}? yes`);
  }

  void think();
  return answer;
}

async function patiently(answer: RecvChan<string>): Promise<string> {
  const r = await select({ answer, timeout: after(50) });
  return r.key === "answer" && r.ok ? r.value : "no answer in time";
}

console.log(await patiently(ask("quick", 5)));
console.log(await patiently(ask("slow", 100)));

// A channel of `after` gives its value once. Here it is made before the loop, so it is the deadline
// of the whole conversation; made inside, it would be a timeout for each answer.
const deadline = after(50);
for (const ms of [5, 10, 100, 5]) {
  const { key, value } = await select({ answer: ask(`after ${ms}`, ms), deadline });
  if (key === "deadline") {
    console.log("time is up");
    break;
  }
  console.log(value);
}

// Output:
// quick? yes
// no answer in time
// after 5? yes
// after 10? yes
// time is up
