import { describe, expect, it } from "@jest/globals";

import { sha256sumLine } from "../../src/hash/sha256sum.js";

const digest = "0".repeat(64);

describe("sha256sumLine", () => {
  it("is the sum, two spaces and the name", () => {
    expect(sha256sumLine(digest, Buffer.from("/a b")).toString()).toBe(`${digest}  /a b\n`);
  });

  it("escapes line breaks and backslashes, and marks the line", () => {
    expect(sha256sumLine(digest, Buffer.from("\\a\n\n\rb")).toString()).toBe(
      `\\${digest}  \\\\a\\n\\n\\rb\n`,
    );
  });

  it("leaves all other bytes as they are", () => {
    const others = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).filter(
      (byte) => ![0x0a, 0x0d, 0x5c].includes(byte),
    );

    expect(sha256sumLine(digest, Buffer.from(others))).toEqual(
      Buffer.concat([Buffer.from(`${digest}  `), others, Buffer.from("\n")]),
    );
  });
});
