// `node packages/examples/dist/csv/main.js FILE.csv DATABASE`: inserts the lines of a CSV into a
// database of SQLite.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";

import { openTable } from "./database.js";
import { insertLines } from "./insert.js";

const [file, database] = process.argv.slice(2);
if (file === undefined || database === undefined) {
  console.error("usage: main.js FILE.csv DATABASE");
  process.exitCode = 1;
} else {
  const lines = (): AsyncIterable<string> => createInterface(createReadStream(file));
  for await (const header of lines()) {
    using table = await openTable(database, header.split(","));
    console.log("inserted:", await insertLines(lines(), table), "in the table:", table.count);
    break;
  }
}
