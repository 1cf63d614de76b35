// The program and a file system that answers late, or never.

import { describe, expect, it } from "@jest/globals";

import { folderWith, putAlike, sha256 } from "./support/files.js";
import { onLinux } from "./support/on-linux.js";
import { LateAnswers } from "./support/late-answers.js";
import { start } from "./support/program.js";

// The walk and the count each ask once.
const BOTH_ASKED = /asked\n(.*\n)*asked\n/;

describe("a directory that answers late", () => {
  it("H2: holds up neither the others nor the progress", async () => {
    const folder = folderWith({ "early/1": "1", "late/2": "2", "other/3": "3" });
    const late = new LateAnswers();
    const program = start([folder, "--out", "-"], { preload: late.preload });

    await program.says(BOTH_ASKED);
    const end = late.answer();
    const { code, stdout } = await program.ended;
    end();

    expect(stdout.split("\n").sort()).toEqual(
      [
        "",
        `${sha256("1")}  ${folder}/early/1`,
        `${sha256("2")}  ${folder}/late/2`,
        `${sha256("3")}  ${folder}/other/3`,
      ].sort(),
    );
    expect(code).toBe(0);
  });

  it("H2: does not keep Ctrl-C from ending the run, even if it never answers", async () => {
    const folder = folderWith({ file: "1", "late/2": "2" });
    const late = new LateAnswers();
    const program = start([folder], { preload: late.preload });

    await program.says(BOTH_ASKED);
    await program.says(/^waiting 0, in progress 0, finished 1\/1\+, /m);
    program.interrupt();
    const { code, stdout } = await program.ended;

    expect(stdout).toMatch(/^interrupted: 0 waiting files were skipped; .*\nfiles: {4}1\n/);
    // Its threads still wait: nothing but the signal itself can end it.
    expect(code).toBe("SIGINT");
  });
});

describe("a file that never answers", () => {
  it("H2: is given up at the second Ctrl-C", async () => {
    const folder = folderWith({ file: "1", late: "2" });
    const late = new LateAnswers();
    const program = start([folder], { preload: late.preload });

    await program.says(/^waiting 0, in progress 1, finished 1\/2, /m);
    program.interrupt();
    await program.says(/^stopping: /m);
    program.interrupt();
    const { code, stdout } = await program.ended;

    expect(stdout).toMatch(/^interrupted: 0 waiting files were skipped, 1 in progress given up; /);
    expect(stdout).toMatch(/files: {4}1\n(.*\n)*failures: 1\npool: .*; failed 1\n/);
    expect(code).toBe("SIGINT");
  });

  onLinux(
    "H2: does not keep an error from being told, and one Ctrl-C ends the program then",
    async () => {
      const names = Array.from({ length: 700 }, (_, index) => `file-${index}`);
      const folder = folderWith({ late: "" });
      putAlike(folder, names);
      const late = new LateAnswers();
      const program = start([folder, "--out", "/dev/full"], { preload: late.preload });

      await program.says(/^\/dev\/full: no space left on device$/m);
      program.interrupt();

      expect(await program.ended).toMatchObject({ code: "SIGINT", stdout: "" });
    },
  );
});
