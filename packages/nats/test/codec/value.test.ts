import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { runInNewContext } from "node:vm";

import { fromFrame, toFrame } from "../../src/codec/frame.js";
import { decode, EMPTY, encode } from "../../src/codec/value.js";

describe("encode and decode", () => {
  it("D5: JSON stays what it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(decode(encode(value, "input"))).toStrictEqual(value);
      }),
    );
  });

  it("D5: bytes stay what they are: a copy, as they were at the call", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const encoded = encode(bytes, "input");
    bytes[0] = 9;
    const decoded = decode(encoded);
    expect(decoded).toEqual(Uint8Array.of(1, 2, 3));
    expect((decoded as Uint8Array).buffer).not.toBe(encoded.bytes.buffer);
  });

  it("D5: takes a Buffer, bytes of another realm and of shared memory for bytes", () => {
    const foreign: unknown = runInNewContext("Uint8Array.of(1)");
    const shared = new Uint8Array(new SharedArrayBuffer(1));
    for (const value of [Buffer.of(1), foreign, shared]) {
      expect(encode(value, "input").kind).toBe("bytes");
    }
  });

  it("D5: refuses other views of memory", () => {
    expect(() => encode(new Uint16Array(1), "input")).toThrow(TypeError);
    expect(() => encode(new DataView(new ArrayBuffer(1)), "input")).toThrow(TypeError);
  });

  it("D7: no value is undefined", () => {
    expect(decode({ kind: "none", bytes: EMPTY })).toBeUndefined();
  });
});

describe("a frame", () => {
  it("has a line for people, and the bytes behind it", () => {
    const frame = toFrame({ task: "a\nb" }, Uint8Array.of(10, 1), Uint8Array.of(2));
    expect(fromFrame(frame)).toEqual({ head: { task: "a\nb" }, body: Uint8Array.of(10, 1, 2) });
    expect(new TextDecoder().decode(frame).split("\n")[0]).toBe('{"task":"a\\nb"}');
  });

  it("may have no bytes", () => {
    expect(fromFrame(toFrame({})).body).toHaveLength(0);
  });
});
