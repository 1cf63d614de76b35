// A chat over TCP: a task for each connection, and one that knows them all.

import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";

import { Chan, select } from "@chankit/channel";

const arrivals = new Chan<Chan<string>>();
const departures = new Chan<Chan<string>>();
const messages = new Chan<string>();

async function room(): Promise<void> {
  const guests = new Set<Chan<string>>();
  for (;;) {
    const r = await select({ arrivals, departures, messages });
    if (!r.ok) return;
    if (r.key === "arrivals") {
      guests.add(r.value);
    } else if (r.key === "departures") {
      guests.delete(r.value);
      r.value.close();
    } else {
      for (const guest of guests) guest.trySend(`${r.value}\n`); // waits for no guest
    }
  }
}

async function listen(socket: Socket, outgoing: Chan<string>): Promise<void> {
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  const name = String((await lines.next()).value); // is sent first
  await arrivals.send(outgoing);
  await messages.send(`${name} has come`);
  try {
    for await (const line of lines) await messages.send(`${name}: ${line}`);
  } finally {
    await departures.send(outgoing);
    await messages.send(`${name} has gone`);
  }
}

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const outgoing = new Chan<string>(100, { overflow: "dropOldest" }); // for a slow guest
  // A channel is an async iterable, so Node can stream it; when it is closed the connection ends.
  const talking = Promise.all([listen(socket, outgoing), pipeline(outgoing, socket)]);
  talking.catch(() => socket.destroy()); // a connection that breaks is no more than that
});
void room();
await once(server.listen(0, "127.0.0.1"), "listening");

function join(name: string) {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const lines = createInterface(socket)[Symbol.asyncIterator]();
  socket.write(`${name}\n`);
  return {
    say: (text: string) => socket.write(`${text}\n`),
    leave: () => socket.end(),
    hear: async () => console.log(`${name} hears:`, (await lines.next()).value),
  };
}

const ann = join("ann");
await ann.hear();
const bob = join("bob");
await ann.hear();
bob.say("hello");
await ann.hear();
ann.leave();
for (let i = 0; i < 3; i++) await bob.hear();
bob.leave();
await once(server.close(), "close"); // when the last connection has ended

// Output:
// ann hears: ann has come
// ann hears: bob has come
// ann hears: bob: hello
// bob hears: bob has come
// bob hears: bob: hello
// bob hears: ann has gone
