// What users' compilers see of the entry for tests. That it really compiles is shown by the consumers.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";
import ts from "typescript";

const SOURCES = join(__dirname, "../../src/testing");

describe("the declarations of the entry for tests", () => {
  it("B8: where the optional fast-check is missing, no line that needs it is an error", () => {
    const lines = readdirSync(SOURCES).flatMap((file) => declarationsOf(file).split("\n"));
    const before = lines.flatMap((line, i) =>
      /["']fast-check["']/.test(line) ? lines[i - 1] : [],
    );

    expect(before).toEqual(["/** @ts-ignore */", "/** @ts-ignore */"]);
  });

  function declarationsOf(file: string): string {
    const source = readFileSync(join(SOURCES, file), "utf8");
    return ts.transpileDeclaration(source, {}).outputText;
  }
});
