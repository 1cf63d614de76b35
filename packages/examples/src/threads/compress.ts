// Compresses all files of a folder on all cores; a file that fails harms no other.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { Threads } from "@chankit/threads";

import type { tasks } from "./compress.tasks.js";

const folder = mkdtempSync(join(tmpdir(), "compress-"));
for (const letter of "abcdef") writeFileSync(join(folder, letter), letter.repeat(200_000));

const threads = new Threads<typeof tasks>(new URL("./compress.tasks.js", import.meta.url));

// Names are short, so all calls may be made at once. Where there are very many, a pool in front makes
// them one after the other.
const names = [...readdirSync(folder), "missing"];
const outcomes = await Promise.allSettled(
  names.map((name) => threads.run("gzip", join(folder, name))),
);

for (const [n, outcome] of outcomes.entries()) {
  if (outcome.status === "fulfilled") {
    const { before, after } = outcome.value;
    console.log(names[n], after < before / 100 ? "is a hundred times smaller" : "is not");
  } else {
    // The error of the thread, with its class, message, stack and code.
    console.log(names[n], "failed:", (outcome.reason as NodeJS.ErrnoException).code);
  }
}
console.log(gunzipSync(readFileSync(join(folder, "c.gz"))).length, "bytes come back");

await threads.close();
rmSync(folder, { recursive: true });

// Output:
// a is a hundred times smaller
// b is a hundred times smaller
// c is a hundred times smaller
// d is a hundred times smaller
// e is a hundred times smaller
// f is a hundred times smaller
// missing failed: ENOENT
// 200000 bytes come back
