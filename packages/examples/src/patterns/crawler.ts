// Fetches every page of a site once, three at a time, and knows when it is done.

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { Chan, select, send } from "@chankit/channel";

// A site of our own: what links there are on each page.
const links = new Map([
  ["/", ["/fruit", "/trees", "/lost"]],
  ["/fruit", ["/fruit/apple", "/fruit/pear", "/"]],
  ["/fruit/apple", ["/trees", "/fruit/pear"]],
  ["/fruit/pear", ["/trees"]],
  ["/trees", ["/fruit", "/trees"]],
]);
const server = createServer(({ url = "" }, response) => {
  const page = links.get(url);
  response.writeHead(page === undefined ? 404 : 200).end(JSON.stringify(page ?? []));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

interface Page {
  path: string;
  status: number;
  links: string[];
}

const todo = new Chan<string>();
const pages = new Chan<Page>();

async function fetcher(): Promise<void> {
  for await (const path of todo) {
    const response = await fetch(origin + path);
    await pages.send({ path, status: response.status, links: (await response.json()) as string[] });
  }
}
for (let i = 0; i < 3; i++) void fetcher();

// One task alone knows what has been seen, and what is yet to be done: nothing is shared.
const seen = new Set(["/"]);
const queue = ["/"];
const lines: string[] = [];
let pending = 1; // pages that were seen, but not fetched

while (pending > 0) {
  const [next] = queue;
  const r = await select({
    pages,
    // Offers the next page to a free worker. Without one this case is switched off.
    todo: next !== undefined && send(todo, next),
  });

  if (r.key === "todo") {
    queue.shift();
  } else if (r.ok) {
    pending--;
    lines.push(`${r.value.status} ${r.value.path}`);
    for (const link of r.value.links) {
      if (seen.has(link)) continue;
      seen.add(link);
      queue.push(link);
      pending++;
    }
  }
}
todo.close(); // the fetchers go home
server.close();

for (const line of lines.sort()) console.log(line);

// Output:
// 200 /
// 200 /fruit
// 200 /fruit/apple
// 200 /fruit/pear
// 200 /trees
// 404 /lost
