// Opens page.html in the Chromium named by the argument, over HTTP, as modules need, and passes on
// what the page says first.

import * as fs from "node:fs/promises";
import { createServer } from "node:http";
import { extname } from "node:path";
import { chromium } from "playwright-core";

const types = { ".html": "text/html", ".js": "text/javascript" };
const server = createServer(async ({ url }, response) => {
  const content = await fs.readFile(`.${url}`).catch(() => undefined);
  response.statusCode = content === undefined ? 404 : 200;
  response.setHeader("content-type", types[extname(url)] ?? "text/plain");
  response.end(content);
}).listen(0, "127.0.0.1");

// Root, as in a container, has no sandbox.
const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
const executablePath = process.argv[2];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage();
const said = new Promise((resolve) => {
  page.on("console", (message) => resolve(message.text()));
  page.on("pageerror", resolve);
});
await page.goto(`http://127.0.0.1:${server.address().port}/page.html`);
console.log(await said);
await browser.close();
server.close();
