// An HTTP server with a bounded queue: 503 when it is full, a time limit, no work for clients that left.

import { after } from "@chankit/channel";
import { WorkerPool } from "@chankit/pool";

const pool = new WorkerPool({ workers: 1, queueSize: 2, timeout: 100, name: "render" });

/** As Deno, Bun and many frameworks have it: the signal of a request is aborted when its client leaves. */
async function handle(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  // Withdrawn if the client leaves while it waits; told by its signal if it runs.
  const page = pool.trySubmit(({ signal }) => render(pathname, signal), { signal: request.signal });
  if (page === undefined) {
    return new Response("busy", { status: 503, headers: { "retry-after": "1" } });
  }
  try {
    return new Response(await page);
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 }); // not seen by the client
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return new Response(String(error), { status: isLate ? 504 : 500 });
  }
}

async function render(path: string, signal: AbortSignal): Promise<string> {
  if (path === "/broken") throw new Error("no template");
  await after(path === "/endless" ? Infinity : 10).recv({ signal });
  console.log("rendered", path);
  return `page ${path}`;
}

async function get(path: string, signal?: AbortSignal): Promise<void> {
  const request = new Request(`http://localhost${path}`, { signal: signal ?? null });
  console.log(path, (await handle(request)).status);
}

const client = new AbortController();
const answers = [
  get("/endless"), // runs until its time is over
  get("/left", client.signal), // waits
  get("/home"), // waits, too
  get("/refused"), // the queue is full
];
client.abort();
await Promise.all(answers);
await get("/broken");
await pool.close();

// Output:
// /refused 503
// /left 499
// /endless 504
// rendered /home
// /home 200
// /broken 500
