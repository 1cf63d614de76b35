// The format of sha256sum: the sum, two spaces, the name. In a name, line breaks and backslashes are
// escaped, and a backslash at the start of the line says so. All other bytes stay as they are.

const ESCAPES = new Map([
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  [0x5c, "\\\\"],
]);

/** The line for a file, to be read by `sha256sum -c`. */
export function sha256sumLine(digest: string, path: Buffer): Buffer {
  const name = escape(path);
  const start = name === path ? "" : "\\";
  return Buffer.concat([Buffer.from(`${start}${digest}  `), name, Buffer.from("\n")]);
}

/** `path` itself if there is nothing to escape. */
function escape(path: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (const [index, byte] of path.entries()) {
    const replacement = ESCAPES.get(byte);
    if (replacement === undefined) continue;
    pieces.push(path.subarray(start, index), Buffer.from(replacement));
    start = index + 1;
  }
  return pieces.length === 0 ? path : Buffer.concat([...pieces, path.subarray(start)]);
}
