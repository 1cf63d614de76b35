// What parts of the packages add to a bundle, minified and compressed. `Chan` and `select` have
// a budget; what flows add to them, and a pool, is told. A pool is one class, so a bundle has all of
// its features; what each room of its sources takes is counted before it is compressed.

import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";

const budget = 6070;
const base = ["Chan", "select"];
const flows = ["merge", "batch", "pipe", "Broadcast"];

/** The size of a bundle with these exports of packages in bytes, and the bytes of each of its files. */
function sizeOf(exports) {
  const { outputFiles, metafile } = buildSync({
    stdin: {
      contents: Object.entries(exports)
        .map(
          ([name, names]) => `export { ${names} } from "../../packages/${name}/dist/esm/index.js";`,
        )
        .join("\n"),
      resolveDir: import.meta.dirname,
    },
    bundle: true,
    format: "esm",
    metafile: true,
    minify: true,
    outdir: ".",
    write: false,
  });
  const [{ contents }] = outputFiles;
  const [{ inputs }] = Object.values(metafile.outputs);
  return { min: contents.length, gzip: gzipSync(contents, { level: 9 }).length, inputs };
}

const { min, gzip } = sizeOf({ channel: base });
console.log(`Chan + select: ${gzip} bytes min+gzip (${min} min), budget ${budget}`);
for (const flow of flows) {
  console.log(`  ${flow}: ${sizeOf({ channel: [...base, flow] }).gzip - gzip} more`);
}

const pool = sizeOf({ channel: base, pool: ["WorkerPool"] });
console.log(`  WorkerPool: ${pool.gzip - gzip} more (${pool.min - min} min, by room:`);
const rooms = {};
for (const [path, { bytesInOutput }] of Object.entries(pool.inputs)) {
  const room = /packages\/pool\/dist\/esm\/(\w+)\//.exec(path)?.[1];
  if (room !== undefined) rooms[room] = (rooms[room] ?? 0) + bytesInOutput;
}
console.log(
  `    ${Object.entries(rooms)
    .map(([room, bytes]) => `${room} ${bytes}`)
    .join(", ")})`,
);
if (gzip > budget) process.exitCode = 1;
