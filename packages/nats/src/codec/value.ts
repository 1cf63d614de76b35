// Inputs and outputs as bytes: JSON as its text, a `Uint8Array` as it is.

import { stringify } from "./json.js";

/** How the bytes of a value are to be read; `"none"`: there is no value, and there are no bytes. */
type Kind = "json" | "bytes" | "none";

/** A value as it travels. */
export interface Encoded {
  readonly kind: Kind;
  readonly bytes: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** No bytes. */
export const EMPTY: Uint8Array = new Uint8Array(0);

/**
 * The bytes of `value`, as they are now: later changes of it are not seen.
 *
 * @throws TypeError if it is neither JSON nor a `Uint8Array`.
 */
export function encode(value: unknown, what: string): Encoded {
  if (isBytes(value)) return { kind: "bytes", bytes: Uint8Array.from(value) };
  return { kind: "json", bytes: encoder.encode(stringify(value, what)) };
}

/** What {@link encode} was given. */
export function decode({ kind, bytes }: Encoded): unknown {
  if (kind === "none") return undefined;
  // A copy: the bytes are part of a larger message, which would live as long.
  return kind === "bytes" ? bytes.slice() : JSON.parse(decoder.decode(bytes));
}

// By its tag: one from another realm is no `instanceof` ours.
function isBytes(value: unknown): value is Uint8Array {
  return ArrayBuffer.isView(value) && value[Symbol.toStringTag as never] === "Uint8Array";
}
