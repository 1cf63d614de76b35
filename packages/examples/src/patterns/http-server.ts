// An HTTP server with a bounded queue: 503 when it is full, a time limit, no work for clients that left.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { Chan } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const pool = new WorkerPool({ workers: 1, queueSize: 1, name: "render" });
const accepted = new Chan<string>(Infinity),
  left = new Chan<string>(Infinity); // for the story below
const finish = new Chan<void>();
const rendered: string[] = [];

async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? "/";
  const client = new AbortController();
  response.on("close", () => client.abort("client has left"));
  // A client may say how many seconds it will wait: "prefer: wait=1".
  const seconds = Number(/wait=(\d+)/.exec(String(request.headers["prefer"]))?.[1] ?? Infinity);
  // Withdrawn if the client leaves while it waits; told by its signal if it runs.
  const options = { signal: client.signal, timeout: seconds * 1000 };
  const page = pool.trySubmit(({ signal }) => render(path, signal), options);
  if (page === undefined) {
    response.writeHead(503, { "retry-after": "1" }).end("busy");
    return;
  }
  accepted.trySend(path);
  try {
    response.end(await page);
  } catch (error) {
    if (client.signal.aborted) left.trySend(`${path}: ${String(error)}`);
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    response.writeHead(isLate ? 504 : 500).end(String(error));
  }
}

async function render(path: string, signal: AbortSignal): Promise<string> {
  rendered.push(path);
  if (path === "/broken") throw new Error("no template");
  if (path === "/slow" || path === "/endless") await finish.recv({ signal });
  return `page ${path}`;
}

const server = createServer((request, response) => void handle(request, response));
await once(server.listen(0, "127.0.0.1"), "listening");
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const get = (path: string, init: RequestInit = {}) => fetch(url + path, init);
const print = async (path: string, answer: Promise<Response>) =>
  console.log(path, (await answer).status);

const slow = get("/slow"); // runs
await accepted.recv();
const client = new AbortController();
get("/left", client).catch(() => undefined); // waits
await accepted.recv();
await print("/refused", get("/refused")); // the queue is full
client.abort();
console.log((await left.recv()).value);
const home = get("/home"); // has its place in the queue
await accepted.recv();
await finish.send();
await print("/slow", slow);
await print("/home", home);
await print("/endless", get("/endless", { headers: { prefer: "wait=1" } }));
await print("/broken", get("/broken"));
server.close();
server.closeAllConnections();
await pool.close();
console.log("rendered", ...rendered);

// Output:
// /refused 503
// /left: client has left
// /slow 200
// /home 200
// /endless 504
// /broken 500
// rendered /slow /home /endless /broken
