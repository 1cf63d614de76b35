// Serves the live page: a few files of this repository, on this machine only. `npm run live`.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import { fileOf } from "./files.js";

const packages = new URL("../../../", import.meta.url);
const PORT = 8123;

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  void fileOf(packages, pathname).then((file) => {
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("content-type", `${file?.type ?? "text/plain"}; charset=utf-8`);
    response.setHeader("cache-control", "no-cache");
    response.end(file?.content ?? "There is no such file.");
  });
});

server.on("error", (error) => {
  console.error(`${error.message}; \`npm run live -- --port 0\` takes a port that is free`);
  process.exitCode = 1;
});
const at = process.argv.indexOf("--port");
server.listen(at < 0 ? PORT : Number(process.argv[at + 1]), "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`The live page is at http://127.0.0.1:${port}/ — Ctrl-C ends it.`);
});
