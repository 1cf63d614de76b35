// One consumer: a fresh project into which the tarballs are really installed.

import * as fs from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./run.mjs";

const programs = join(import.meta.dirname, "programs");
const npmInstall = "npm install --no-audit --no-fund --prefer-offline --loglevel=error";

/** In seconds: for each command, whatever it starts. */
const LIMIT = 120;

/** Gives `result`, "ok", "failed" or "left out", and `detail`, what there is to say about it. */
export async function consume(consumer, folder, tarballs) {
  const {
    needs,
    packedBy = "npm",
    install = [],
    files,
    build = [],
    runs,
    says = /^ok$/m,
  } = consumer;
  if (needs !== undefined && (await run(needs.test, ".")).status !== 0) {
    return { result: "left out", detail: needs.hint };
  }

  makeProject(folder, files);
  // In two steps: that a package of ours cannot be installed is a failure, that a tool is not to be
  // had here is none.
  const ours = await run(`${npmInstall} ${tarballs[packedBy].join(" ")}`, folder);
  if (ours.status !== 0) return { result: "failed", detail: ours.output };
  if (install.length > 0) {
    const tools = await run(`${npmInstall} ${install.join(" ")}`, folder);
    if (tools.status !== 0) return { result: "left out", detail: tools.output };
  }

  for (const command of build) {
    const { status, output } = await run(command, folder, LIMIT);
    if (status !== 0) return { result: "failed", detail: `${command}: ${status}\n${output}` };
  }
  // Which of them fail together tells why.
  const failures = [];
  for (const command of runs) {
    const { status, output } = await run(command, folder, LIMIT);
    if (status !== 0) failures.push(`${command}: ${status}\n${output}`);
    else if (!says.test(output)) failures.push(`${command}: ended early\n${output}`);
  }
  if (failures.length === 0) return { result: "ok", detail: "" };
  return { result: "failed", detail: failures.join("\n") };
}

function makeProject(folder, files) {
  // No "type": what a file is, its name tells.
  fs.mkdirSync(folder);
  fs.writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  for (const file of files) {
    fs.mkdirSync(dirname(join(folder, file)), { recursive: true });
    fs.copyFileSync(join(programs, file), join(folder, file));
  }
}
