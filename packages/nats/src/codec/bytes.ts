// Room for the bytes of what is sent. To get an array of its own for each message costs more than to write it, and more
// still to clear away: so small ones lie side by side in a larger one, which goes when none of them is needed any more.

/** So long is the larger one, and so long what is small. */
const SLAB = 16_384;
const SMALL = 1024;

const encoder = new TextEncoder();
let slab = new Uint8Array(SLAB);
let end = 0;

/** An array of so many bytes. What was there before may be in it. */
function allocate(length: number): Uint8Array {
  if (length > SMALL) return new Uint8Array(length);
  if (end + length > SLAB) {
    slab = new Uint8Array(SLAB);
    end = 0;
  }
  const start = end;
  end += length;
  return slab.subarray(start, end);
}

/** The bytes of a text, with room for so many more behind it; and where that begins. */
export function textWithRoom(
  text: string,
  more: number,
): { readonly bytes: Uint8Array; readonly at: number } {
  // Most text is a byte a character: then it is written where it is to be.
  const bytes = allocate(text.length + more);
  const { read, written } = encoder.encodeInto(text, bytes);
  if (read === text.length && written === text.length) return { bytes, at: written };
  const encoded = encoder.encode(text);
  const all = allocate(encoded.length + more);
  all.set(encoded);
  return { bytes: all, at: encoded.length };
}
