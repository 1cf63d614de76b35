// Which files the live page is made of: its own, and the packages as they were built. Nothing else of this
// machine is served.

import { readFile } from "node:fs/promises";

/** Where what is asked for stands, below the folder of the packages. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ["page", "examples/src/live/"],
  ["live", "examples/dist/live/"],
  ["channel", "channel/dist/esm/"],
  ["pool", "pool/dist/esm/"],
]);
const TYPES: ReadonlyMap<string, string> = new Map([
  [".html", "text/html"],
  [".css", "text/css"],
  [".js", "text/javascript"],
]);

/** What is served for `pathname`, which is that of a URL; `undefined` if there is no such file. */
export async function fileOf(
  packages: URL,
  pathname: string,
): Promise<{ readonly type: string; readonly content: Buffer } | undefined> {
  // No "..", nor "%2e%2e": a name has nothing but these characters, and a point stands before its end only.
  const [, folder = "", path = "", end = ""] =
    /^\/(\w+)\/((?:[\w-]+\/)*[\w-]+(\.\w+))$/.exec(
      pathname === "/" ? "/page/index.html" : pathname,
    ) ?? [];
  const root = FOLDERS.get(folder);
  const type = TYPES.get(end);
  if (root === undefined || type === undefined) return undefined;
  const content = await readFile(new URL(root + path, packages)).catch(() => undefined);
  return content && { type, content };
}
