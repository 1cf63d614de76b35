// The example that inserts a CSV into SQLite, by better-sqlite3, whatever Node has of its own.

import assert from "node:assert/strict";
import Sqlite from "better-sqlite3";
import { openTable } from "./csv/database.js";
import { insertLines } from "./csv/insert.js";

const LINES = 20_000;
const columns = ["id", 'a "name"', "city"];

async function* lines() {
  yield columns.join(",");
  for (let n = 1; n <= LINES; n++) yield `${n},name ${n},city ${n % 100}`;
}

async function load(name) {
  if (name === "node:sqlite") throw new Error("is not to be had");
  return import(name);
}

const table = await openTable("lines.db", columns, load);
assert.equal(await insertLines(lines(), table), LINES);
assert.equal(table.count, LINES);

// A row that does not fit takes those of its transaction back.
assert.throws(() => table.insert([["a", "b", "c"], ["a"]]), RangeError);
table.insert([["last", "b", "c"]]);
assert.equal(table.count, LINES + 1);
table[Symbol.dispose]?.();

const database = new Sqlite("lines.db", { readonly: true });
const rows = database.prepare("SELECT * FROM lines").raw().all();
assert.deepEqual(rows[0], ["1", "name 1", "city 1"]);
assert.deepEqual(rows.at(-2), [`${LINES}`, `name ${LINES}`, `city ${LINES % 100}`]);
assert.deepEqual(rows.at(-1), ["last", "b", "c"]);
database.close();
console.log("ok");
