// A message of ours: a line of JSON that says what it is, for programs and for people with the `nats`
// tool, and behind it the bytes of inputs and outputs.

import { textWithRoom } from "./bytes.js";

const NEWLINE = 10;
const decoder = new TextDecoder();

/** A message, read. */
export interface Frame<Head> {
  readonly head: Head;
  readonly body: Uint8Array;
}

/** The bytes of a message. */
export function toFrame(head: object, ...parts: readonly Uint8Array[]): Uint8Array {
  let rest = 0;
  for (const part of parts) rest += part.length;
  // JSON text has no line break of its own.
  const { bytes: frame, at: start } = textWithRoom(`${JSON.stringify(head)}\n`, rest);
  let at = start;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}

/** What {@link toFrame} was given; the parts are one, still. */
export function fromFrame<Head>(frame: Uint8Array): Frame<Head> {
  const end = frame.indexOf(NEWLINE);
  return {
    head: JSON.parse(decoder.decode(frame.subarray(0, end))) as Head,
    body: frame.subarray(end + 1),
  };
}
