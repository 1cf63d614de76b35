// One consumer: a fresh project into which the tarballs are really installed.

import * as fs from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

const programs = join(import.meta.dirname, "programs");
const npmInstall = "npm install --no-audit --no-fund --loglevel=error";

/** Gives `result`, "ok", "failed" or "left out", and `detail`, what there is to say about it. */
export function consume(consumer, folder, tarballs) {
  const { needs, install = [], files, commands, says = /^ok$/m } = consumer;
  if (needs !== undefined && run(needs.test, ".").status !== 0) {
    return { result: "left out", detail: needs.hint };
  }

  makeProject(folder, files);
  // In two steps: that a package of ours cannot be installed is a failure, that a tool is not to be
  // had here is none.
  const ours = run(`${npmInstall} ${tarballs.join(" ")}`, folder);
  if (ours.status !== 0) return { result: "failed", detail: ours.output };
  if (install.length > 0) {
    const tools = run(`${npmInstall} ${install.join(" ")}`, folder);
    if (tools.status !== 0) return { result: "left out", detail: tools.output };
  }

  let said = "";
  for (const command of commands) {
    const { status, output } = run(command, folder);
    said = output;
    if (status !== 0) return { result: "failed", detail: `${command}: ${status}\n${output}` };
  }
  if (says.test(said)) return { result: "ok", detail: "" };
  return { result: "failed", detail: `${commands.at(-1)}: ended early\n${said}` };
}

function makeProject(folder, files) {
  fs.mkdirSync(folder);
  // No "type": what a file is, its name tells.
  fs.writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  for (const file of files) fs.copyFileSync(join(programs, file), join(folder, file));
}
