import { availableParallelism } from "node:os";

import { describe, expect, it } from "@jest/globals";

import {
  DEFAULT_QUEUE_SIZE,
  DEFAULT_WORKERS,
  parseOptions,
  USAGE,
} from "../../src/hash/options.js";

const parse = (...args: string[]) => parseOptions(args, "/default");

describe("parseOptions", () => {
  it("has a default for everything", () => {
    expect(parse()).toEqual({
      dir: "/default",
      workers: Math.max(DEFAULT_WORKERS, 2 * availableParallelism()),
      queueSize: DEFAULT_QUEUE_SIZE,
      threads: availableParallelism(),
      out: undefined,
    });
  });

  it("reads all options, before and after DIR", () => {
    const typed = ["--workers", "3", "/dir", "--queue=0", "--threads", "0", "--out", "/file"];
    expect(parse(...typed)).toEqual({
      dir: "/dir",
      workers: 3,
      queueSize: 0,
      threads: 0,
      out: "/file",
    });
  });

  it("has workers enough for all threads, unless it is told how many", () => {
    expect(parse("--threads", "0")).toMatchObject({ workers: DEFAULT_WORKERS, threads: 0 });
    expect(parse("--threads", "64")).toMatchObject({ workers: 128, threads: 64 });
    expect(parse("--threads", "64", "--workers", "1")).toMatchObject({ workers: 1, threads: 64 });
  });

  it("H5: leaves paths as they were typed", () => {
    expect(parse("../dir/", "--out", "./sums")).toMatchObject({ dir: "../dir/", out: "./sums" });
  });

  it("H1: knows - for standard output", () => {
    expect(parse("--out", "-")).toMatchObject({ out: "-" });
    expect(parse("--out=-")).toMatchObject({ out: "-" });
  });

  it("takes what follows -- for a DIR", () => {
    expect(parse("--", "--workers")).toMatchObject({ dir: "--workers" });
  });

  it.each([["--help"], ["-h"]])("lets %s prevail", (option) => {
    expect(parse("dir", option)).toBe("help");
  });

  it.each([
    [["--wrokers", "3"], 'unknown option "--wrokers"'],
    [["-x"], 'unknown option "-x"'],
    [["a", "b"], 'more than one DIR: "b"'],
    [[""], "DIR needs a value"],
    [["--workers"], "--workers needs a value"],
    [["--workers", "0"], '--workers must be an integer from 1 to 1024, not "0"'],
    [["--workers", "-1"], '--workers must be an integer from 1 to 1024, not "-1"'],
    [["--workers", "1.5"], '--workers must be an integer from 1 to 1024, not "1.5"'],
    [["--workers", "1e2"], '--workers must be an integer from 1 to 1024, not "1e2"'],
    [["--workers="], '--workers must be an integer from 1 to 1024, not ""'],
    [["--workers", "9".repeat(400)], /^--workers must be an integer/],
    [["--queue", "many"], '--queue must be an integer from 0 to 1000000, not "many"'],
    [["--queue", "--out"], '--queue must be an integer from 0 to 1000000, not "--out"'],
    [["--threads", "-1"], '--threads must be an integer from 0 to 256, not "-1"'],
    [["--threads", "257"], '--threads must be an integer from 0 to 256, not "257"'],
    [["--out"], "--out needs a value"],
    [["--out="], "--out needs a value"],
    [["--out", "--queue"], "--out needs a value"],
  ])("refuses %j", (args, message) => {
    expect(() => parse(...args)).toThrow(message);
  });

  it("complains in one line, whatever it complains about", () => {
    expect(() => parse("--two\nlines")).toThrow(/^unknown option .*$/);
  });
});

describe("USAGE", () => {
  it("H5: says in which order lines come, and how names begin", () => {
    expect(USAGE).toMatch(/Lines of FILE come as files are finished/);
    expect(USAGE).toMatch(/Names begin with\nDIR as it was typed/);
  });
});
