// The entry for tests, declarations included, where fast-check is not installed (B8).

import { Chan } from "@chankit/channel";
import { expectNoWaiters, settle, toHaveNoWaiters } from "@chankit/channel/testing";

const numbers = new Chan<number>();
void numbers.send(1);
await settle();
const { pass }: { pass: boolean } = toHaveNoWaiters(numbers);
await numbers.recv();
expectNoWaiters(numbers);

console.log(pass ? "failed" : "ok");
