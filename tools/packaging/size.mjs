// What `Chan` and `select` cost when they are bundled: at most 5.8 kB, minified and compressed.

import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const budget = 5800;
const contents = 'export { Chan, select } from "@chankit/channel";';

const { outputFiles } = buildSync({
  stdin: { contents, resolveDir: import.meta.dirname },
  bundle: true,
  format: "esm",
  minify: true,
  write: false,
});
const [{ contents: minified }] = outputFiles;
const size = gzipSync(minified, { level: 9 }).length;

console.log(`Chan + select: ${size} bytes min+gzip (${minified.length} min), budget ${budget}`);
if (size > budget) process.exitCode = 1;
