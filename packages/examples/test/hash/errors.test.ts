import * as fs from "node:fs";

import { describe, expect, it } from "@jest/globals";

import { printable, reasonOf } from "../../src/hash/errors.js";

describe("printable", () => {
  it("leaves an ordinary path as it is", () => {
    expect(printable(Buffer.from("/a b/ü\\€.txt"))).toBe("/a b/ü\\€.txt");
  });

  it("makes one line of it, without a control character", () => {
    expect(printable("a\nb\r\x1b[2J\x7f\x9b\u2028")).toBe(
      "a\\nb\\u{d}\\u{1b}[2J\\u{7f}\\u{9b}\\u{2028}",
    );
  });

  it("shows that bytes are not text", () => {
    expect(printable(Buffer.from([0x61, 0xff]))).toBe("a\ufffd");
  });
});

describe("reasonOf", () => {
  it("puts what the system says in words, without the path", () => {
    expect(reasonOf(thrownBy(() => fs.readFileSync("/no/such/file")))).toBe(
      "no such file or directory",
    );
  });

  it("gives the message of another error, and whatever else was thrown as a string", () => {
    expect(reasonOf(new Error("too bad"))).toBe("too bad");
    expect(reasonOf("worse")).toBe("worse");
  });
});

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
