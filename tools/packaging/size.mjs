// What parts of the channel package cost whoever bundles them, minified and compressed. `Chan` and
// `select` have a budget; what flows add to them is told.

import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const budget = 5990;
const base = ["Chan", "select"];
const flows = ["merge", "batch", "pipe", "Broadcast"];

/** The size of a bundle that has these exports, in bytes. */
function sizeOf(names) {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `export { ${names.join(", ")} } from "@chankit/channel";`,
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
  });
  const [{ contents }] = outputFiles;
  return { min: contents.length, gzip: gzipSync(contents, { level: 9 }).length };
}

const { min, gzip } = sizeOf(base);
console.log(`Chan + select: ${gzip} bytes min+gzip (${min} min), budget ${budget}`);
for (const flow of flows) {
  console.log(`  ${flow}: ${sizeOf([...base, flow]).gzip - gzip} more`);
}
if (gzip > budget) process.exitCode = 1;
