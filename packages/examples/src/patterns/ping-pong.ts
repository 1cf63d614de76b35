// Two players hand one ball to each other, until the last hit.

import { Chan, type RecvChan, type SendChan, WaitGroup } from "@chankit/channel";

interface Ball {
  hits: number;
}

async function player(name: string, from: RecvChan<Ball>, to: SendChan<Ball>): Promise<void> {
  for await (const ball of from) {
    // The player with the ball may change it: only that player has it now, so nothing is locked.
    ball.hits++;
    console.log(name, ball.hits);
    if (ball.hits === 6) break;
    await to.send(ball);
  }
  // The other one waits for a ball that does not come any more: this ends its loop.
  to.close();
}

const left = new Chan<Ball>();
const right = new Chan<Ball>();

const players = new WaitGroup();
players.go(() => player("ping", left, right));
players.go(() => player("pong", right, left));

await left.send({ hits: 0 });
await players.wait();
console.log("game over");

// Output:
// ping 1
// pong 2
// ping 3
// pong 4
// ping 5
// pong 6
// game over
