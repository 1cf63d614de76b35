// The examples that are about time, in a bubble: what they print, and at which millisecond.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";

import "@chankit/pool";
import { bubble } from "@chankit/channel/testing";
import { describe, expect, it } from "@jest/globals";

import { fakeProcess } from "./support/fake-process.js";
import { run } from "./support/program.js";
import { programsOf } from "./support/sources.js";

const folder = join(__dirname, "../src/patterns");

/** What a program prints, each line with its time; and what the bubble has to say against it. */
async function timesOf(
  code: string,
): Promise<{ readonly lines: readonly string[]; readonly failure: string }> {
  const lines: string[] = [];
  const failure = await bubble(async ({ now }) => {
    const console = {
      log: (...args: unknown[]) => lines.push(`${String(now())}: ${format(...args)}`),
    };
    await run(code, { console, process: fakeProcess() });
  }).then(() => "", String);
  return { lines, failure };
}

function pattern(name: string): string {
  return readFileSync(join(folder, `${name}.ts`), "utf8");
}

describe("V5: in virtual time", () => {
  it("a rate limiter keeps its rate, and gives what it has saved at once", async () => {
    expect(await timesOf(pattern("rate-limiting"))).toEqual({
      lines: [
        "10: steady: 1",
        "20: steady: 2",
        "30: steady: 3",
        "30: in time: true",
        "30: burst: 1 at once",
        "30: burst: 2 at once",
        "30: burst: 3 at once",
        "40: burst: 4 had to wait",
        "50: burst: 5 had to wait",
      ],
      failure: "",
    });
  });

  it("retries come after their delays, and not where the failure will not pass", async () => {
    const [retrying] = programsOf("docs/retrying.md");
    expect(await timesOf(retrying?.code ?? "")).toEqual({
      // After 200 and 400 ms; then one that is not tried again.
      lines: ["600: page, at try 3", "600: Error: 404"],
      failure: "",
    });
  });

  it("a heartbeat falls silent; the worker that is stuck is left behind, and told", async () => {
    const { lines, failure } = await timesOf(pattern("heartbeat"));
    expect(lines).toEqual([
      "10: beat 1",
      "10: job 1 is done",
      "20: beat 2",
      "20: job 2 is done",
      "30: beat 3",
      "130: silence: the worker is stuck",
    ]);
    expect(failure).toMatch(/^Error: the program has ended, and 1 operation still waits/);
    expect(failure).toMatch(/\[select\]:\n {2}no case, for 100 ms, since 1970-01-01T00:00:00.030Z/);
  });

  it("a graceful shutdown finishes what is under way, gives up at its deadline, and leaves nothing", async () => {
    expect(await timesOf(pattern("graceful-shutdown"))).toEqual({
      lines: [
        "5: quick done",
        "25: interrupted: 2 under way",
        "100: slow done",
        "225: deadline",
        "225: endless Error: took too long",
        "225: bye: terminated",
      ],
      failure: "",
    });
  });

  it("timeouts come at their time; an answer that comes later is left behind, and told", async () => {
    const { lines, failure } = await timesOf(pattern("timeout"));
    expect(lines).toEqual([
      "5: quick? yes",
      "55: no answer in time",
      "60: after 5? yes",
      "70: after 10? yes",
      "105: time is up",
    ]);
    expect(failure).toMatch(/1 operation still waits\n\n[^]*\[receive\]:\n {2}After/);
  });
});
