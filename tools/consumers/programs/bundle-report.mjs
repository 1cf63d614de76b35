// Runs the bundle named by the argument with the entry for reports beside it, which finds its hooks there
// (V7): tasks, channels and pools have their names, and places are those of the bundle.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

const [bundle] = process.argv.slice(2);
const args = ["--import", "@chankit/channel/debug", bundle];
const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
assert.match(stderr, /^fatal error: all tasks are asleep - deadlock!\n/);
assert.match(stderr, /task "reader" \[receive\]:\n {2}Chan "jobs" \(cap 0, len 0\)/);
assert.match(stderr, /task "thumbs worker 0" \[wait\]:\n {2}WorkerPool "thumbs"/);
assert.match(stderr, /and so for itself/);
const places = stderr.match(/^ {4}at .*$/gm);
assert.ok(places.length >= 2 && places.every((place) => place.includes(bundle)), stderr);
assert.equal(status, 2);
console.log("ok");
