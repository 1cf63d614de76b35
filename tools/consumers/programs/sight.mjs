// Reports in processes of this host (V1): a deadlock has one, and ends with exit code 2; a program whose
// main has ended has none, and a main whose failure nothing handles ends the process as it would without.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const programs = {
  deadlock({ Chan, named }) {
    // Held, else it might be found lost before: not every collector waits for the end of a program.
    globalThis.jobs = new Chan(0, { name: "jobs" });
    // Not awaited: not every host ends then.
    void named("reader", () => globalThis.jobs.recv());
  },
  over: ({ Chan, main }) => void main(async () => void new Chan(0, { name: "jobs" }).recv()),
  failed({ Chan, main }) {
    void new Chan(0, { name: "jobs" }).recv();
    void main(() => Promise.reject(new Error("mine")));
  },
};

const [name] = process.argv.slice(2);
if (name !== undefined) {
  await import("@chankit/channel/debug");
  programs[name](await import("@chankit/channel"));
} else {
  const deadlock = run("deadlock");
  assert.equal(deadlock.status, 2, deadlock.stderr);
  assert.match(deadlock.stderr, /^fatal error: all tasks are asleep - deadlock!\n/);
  assert.match(deadlock.stderr, /task "reader" \[receive\]:\n {2}Chan "jobs" \(cap 0, len 0\)/);
  assert.match(deadlock.stderr, /^ {4}at .*sight\.mjs:\d+/m);

  const json = JSON.parse(run("deadlock", { CHANKIT_REPORT: "json" }).stderr);
  assert.equal(json.chankit, "deadlock");
  assert.deepEqual([json.waiting[0].kind, json.waiting[0].on], ["receive", 'Chan "jobs"']);

  const over = run("over");
  assert.deepEqual([over.status, over.stderr], [0, ""]);

  const failed = run("failed");
  assert.equal(failed.status, 1, failed.stderr);
  assert.match(failed.stderr, /mine/);
  assert.doesNotMatch(failed.stderr, /deadlock/);
  console.log("ok");
}

function run(program, env = {}) {
  const args = "Deno" in globalThis ? ["run", "-A"] : [];
  const options = { encoding: "utf8", timeout: 60_000, env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [...args, fileURLToPath(import.meta.url), program], options);
}
