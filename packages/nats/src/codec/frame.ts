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
  const text = `${JSON.stringify(head)}\n`;
  const rest = parts.reduce((sum, part) => sum + part.length, 0);
  // Most text is a byte a character: then it is written where it is to be, since what is allocated here costs more than
  // what is written.
  let frame = new Uint8Array(text.length + rest);
  let at = text.length;
  const { read, written } = encoder.encodeInto(text, frame);
  if (read !== at || written !== at) {
    const line = encoder.encode(text);
    frame = new Uint8Array(line.length + rest);
    frame.set(line);
    at = line.length;
  }
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
