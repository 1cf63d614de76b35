// Real processes: what only Node itself can show, and in `npm run test:full` each program of the table.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { beforeAll, describe, expect, it } from "@jest/globals";

import { isFull } from "../../../../tools/testing/depth.js";
import { compiledWorkspace } from "../../../../tools/testing/workspace.js";
import { deadlocks, healthy, type Program } from "./deadlocks.js";

interface End {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const LIMIT = 60_000;
const SIGHT = ["--import", "@chankit/channel/debug"];
let folder: string;

beforeAll(async () => {
  folder = join(await compiledWorkspace(), "packages/channel");
});

/** Runs a module to its end. */
function run(code: string, args: readonly string[] = SIGHT, type = "module"): Promise<End> {
  const all = ["--expose-gc", ...args, `--input-type=${type}`, "--eval", code];
  return new Promise((resolve) => {
    const options = { cwd: folder, timeout: LIMIT, killSignal: "SIGKILL" } as const;
    execFile(process.execPath, all, options, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

/** A program of the table, whose result is awaited at the top of a module. */
function moduleOf({ run: program }: Program): string {
  return `import * as c from "@chankit/channel";\nawait (${program.toString()})(c);`;
}

function programOf(name: string): Program {
  return [...deadlocks, ...healthy].find((program) => program.name === name) as Program;
}

describe("V1: a process", () => {
  it("that awaits for ever at its top has a report, and exit code 2", async () => {
    const { code, stderr } = await run(moduleOf(programOf("a channel that is never closed")));
    expect(stderr).toMatch(/^fatal error: all tasks are asleep - deadlock!\n\ntask "reader"/);
    expect(stderr).toMatch(/^ {4}at .*\[eval1\]:\d+:\d+/m);
    expect(code).toBe(2);
  });

  it("has no report without the entry, and Node's exit code", async () => {
    const { code, stderr } = await run(moduleOf(programOf("a receive without a sender")), []);
    expect([code, stderr.includes("fatal error")]).toEqual([13, false]);
  });

  it("that is CommonJS, and requires the entry itself, has a report", async () => {
    const required = `const { waiting } = require("@chankit/channel/debug");
      const { Chan } = require("@chankit/channel");
      void new Chan(0, { name: "jobs" }).recv();
      console.log(waiting().length);`;
    const { code, stdout, stderr } = await run(required, [], "commonjs");
    expect([code, stdout]).toEqual([2, "1\n"]);
    expect(stderr).toContain('Chan "jobs"');
  });

  it("that is healthy prints nothing, and ends as it would", async () => {
    const ends = await Promise.all(
      [
        moduleOf(programOf("producer and consumer")),
        moduleOf(programOf("daemons: a channel, timers, a limiter, a select with such a case")),
        `import { Chan } from "@chankit/channel";
         void new Chan().recv();
         process.on("beforeExit", () => process.exit(0));`,
        `import { Chan } from "@chankit/channel";
         const jobs = new Chan();
         void jobs.recv();
         process.once("beforeExit", () => setTimeout(() => jobs.close(), 1));`,
      ].map((code) => run(code)),
    );
    for (const end of ends) expect(end).toEqual({ code: 0, stdout: "", stderr: "" });
  });

  it("that throws, or has set an exit code, ends with that", async () => {
    const [thrown, set] = await Promise.all([
      run(`import { Chan } from "@chankit/channel";
        void new Chan().recv();
        setImmediate(() => { throw new Error("mine"); });`),
      run(`import { Chan } from "@chankit/channel";
        void new Chan().recv();
        process.exitCode = 5;`),
    ]);
    expect([thrown.code, thrown.stderr.includes("deadlock")]).toEqual([1, false]);
    expect([set.code, set.stderr.includes("deadlock")]).toEqual([5, true]);
  });

  it("that leaves the failure of its main unhandled ends with that", async () => {
    const { code, stderr } = await run(`import { Chan, main } from "@chankit/channel";
      void new Chan().recv();
      void main(async () => { throw new Error("mine"); });`);
    expect([code, stderr.includes("Error: mine"), stderr.includes("deadlock")]).toEqual([
      1,
      true,
      false,
    ]);
  });

  it("that was compiled has the places of its sources with --enable-source-maps", async () => {
    const source = `import { Chan } from "@chankit/channel";

interface Job { readonly id: number }

enum Kind { Small, Large }

/** Nothing takes what it sends. */
async function feed(jobs: Chan<Job>): Promise<void> {
  await jobs.send({ id: Kind.Large });
}
await feed(new Chan<Job>(0, { name: "jobs" }));
`;
    const { default: ts } = await import("typescript");
    const { outputText, sourceMapText = "" } = ts.transpileModule(source, {
      fileName: "feed.ts",
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        sourceMap: true,
      },
    });
    const program = mkdtempSync(join(folder, "mapped-"));
    try {
      writeFileSync(join(program, "feed.js"), outputText);
      writeFileSync(join(program, "feed.js.map"), sourceMapText);
      const url = JSON.stringify(pathToFileURL(join(program, "feed.js")));
      const { code, stderr } = await run(`await import(${url});`, [
        "--enable-source-maps",
        ...SIGHT,
      ]);
      expect(stderr).toMatch(/^ {4}at feed \(.*feed\.ts:9:14\)\n {4}at .*feed\.ts:11:7\)?$/m);
      expect(code).toBe(2);
    } finally {
      rmSync(program, { recursive: true });
    }
  });

  it("tells a deadlock of one of its threads, whose exit code is 2", async () => {
    const { code, stdout, stderr } = await run(`
      import { Worker } from "node:worker_threads";
      const worker = new Worker(
        'import("@chankit/channel").then(({ Chan }) => new Chan(0, { name: "inner" }).recv())',
        { eval: true },
      );
      worker.on("exit", (code) => console.log(code));`);
    expect(stderr).toContain('Chan "inner"');
    expect([code, stdout]).toEqual([0, "2\n"]);
  });
});

describe("V1: a process with a pool", () => {
  it("is told of a job that waits for its own pool, and not of idle workers", async () => {
    const [own, idle] = await Promise.all([
      run(`import { WorkerPool } from "@chankit/pool";
        const pool = new WorkerPool({ workers: 2, name: "thumbs" });
        await pool.submit(() => pool.close());`),
      run(`import { WorkerPool } from "@chankit/pool";
        const pool = new WorkerPool({ workers: 2 });
        await pool.submit(() => 5);`),
    ]);
    expect(own.stderr).toMatch(/task "thumbs worker 0" \[wait\]:\n {2}WorkerPool "thumbs"/);
    expect(own.stderr).toContain("and so for itself");
    expect(own.code).toBe(2);
    expect(idle).toEqual({ code: 0, stdout: "", stderr: "" });
  });
});

describe("V5: a bubble in a process", () => {
  it("fakes what ES modules have imported from modules of Node, and gives it back", async () => {
    const { code, stdout } = await run(
      `import { setTimeout as sleep } from "node:timers/promises";
       import { bubble } from "@chankit/channel/testing";
       const real = sleep;
       const time = await bubble(async ({ now }) => { await sleep(3_600_000); return now(); });
       console.log(time, sleep === real);`,
      [],
    );
    expect([code, stdout]).toEqual([0, "3600000 true\n"]);
  });

  it("is not held by pipes of the process, which are opened while it lasts", async () => {
    const { code, stdout } = await run(
      `import { after } from "@chankit/channel";
       import { bubble } from "@chankit/channel/testing";
       import { Worker } from "node:worker_threads";
       await bubble(async () => {
         const timer = after(1).recv();
         // It has its output written by this process.
         await new Promise((resolve) => new Worker("", { eval: true }).on("exit", resolve));
         await timer;
       });
       console.log("ok");`,
      [],
    );
    expect([code, stdout]).toEqual([0, "ok\n"]);
  });
});

describe("V2: a process", () => {
  it("tells operations that it has lost, and goes on", async () => {
    const { code, stdout, stderr } = await run(`
      import { Chan, main } from "@chankit/channel";
      async function lost() { await new Chan(0, { name: "gone" }).recv(); }
      await main(async () => {
        void lost();
        for (let i = 0; i < 5; i++) { await new Promise(setImmediate); gc(); }
        console.log("fine");
      });`);
    expect(stderr).toMatch(
      /^leak: an operation waits[^]*\[receive\]:\n {2}Chan "gone"[^]*at lost /,
    );
    expect([code, stdout]).toEqual([0, "fine\n"]);
  });
});

const onPosix = process.platform === "win32" ? it.skip : it;

describe("V3: a process", () => {
  onPosix("tells what waits when it gets SIGQUIT, and goes on", async () => {
    const { code, stdout, stderr } = await run(`
      import { Chan, named } from "@chankit/channel";
      const jobs = new Chan(0, { name: "jobs" });
      const end = setInterval(() => undefined, 1000);
      void named("reader", () => jobs.recv()).then(() => console.log("fine"));
      process.kill(process.pid, "SIGQUIT");
      process.on("SIGQUIT", () => { jobs.close(); clearInterval(end); });`);
    expect(stderr).toMatch(/^1 operation waits\n\ntask "reader" \[receive\]/);
    expect([code, stdout]).toEqual([0, "fine\n"]);
  });
});

// Few at a time: each is a process.
if (isFull) {
  describe.each(deadlocks)("V1: as a process of its own: $name", (program) => {
    it("has its report", async () => {
      const { code, stderr } = await run(moduleOf(program));
      expect(stderr).toMatch(/^fatal error/);
      for (const saying of program.says ?? []) expect(stderr).toMatch(saying);
      expect(code).toBe(2);
    });
  });

  describe.each(healthy)("V1: as a process of its own: $name", (program) => {
    it("prints nothing", async () => {
      expect(await run(moduleOf(program))).toEqual({ code: 0, stdout: "", stderr: "" });
    });
  });
}
