// A message of ours: a line of JSON that says what it is, for programs and for people with the `nats`
// tool, and behind it the bytes of inputs and outputs.

const NEWLINE = 10;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A message, read. */
export interface Frame<Head> {
  readonly head: Head;
  readonly body: Uint8Array;
}

/** The bytes of a message. */
export function toFrame(head: object, ...parts: readonly Uint8Array[]): Uint8Array {
  // JSON text has no line break of its own.
  const line = encoder.encode(`${JSON.stringify(head)}\n`);
  const frame = new Uint8Array(parts.reduce((sum, part) => sum + part.length, line.length));
  frame.set(line);
  let at = line.length;
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
