// Opens a page in the Chromium named by the first argument, over HTTP, as modules need, and passes on
// what the page says first. The page is the second argument; with a third one it is isolated, as shared
// memory needs.

import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { chromium } from "playwright-core";

const [, , executablePath, path = "page.html", isolated] = process.argv;
const types = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" };
const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};
const server = createServer(async ({ url }, response) => {
  const content = await fs.readFile(`.${url}`).catch(() => undefined);
  response.statusCode = content === undefined ? 404 : 200;
  response.setHeader("content-type", types[extname(url)] ?? "text/plain");
  for (const [name, value] of Object.entries(isolated === undefined ? {} : isolation)) {
    response.setHeader(name, value);
  }
  response.end(content);
}).listen(0, "127.0.0.1");

// Root, as in a container, has no sandbox.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage();
const said = new Promise((resolve) => {
  page.on("console", (message) => resolve(message.text()));
  page.on("pageerror", resolve);
});
await page.goto(`http://127.0.0.1:${server.address().port}/${path}`);
console.log(await said);
await browser.close();
server.close();
