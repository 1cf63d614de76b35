// Who consumes the packages. `commands` run one after the other in a project that has `files` and,
// beside our tarballs, what `install` names; the last one must say `says`, "ok" if nothing is said.

const everyNodeProgram = ["program.mjs", "program.cjs", "both.mjs"];

export const consumers = {
  "node-esm": { files: ["program.mjs"], commands: ["node program.mjs"] },
  "node-cjs": { files: ["program.cjs"], commands: ["node program.cjs"] },
  "node-both": { files: ["both.mjs"], commands: ["node both.mjs"] },
  jest: {
    install: ["jest@30.5.2"],
    files: ["jest.test.js"],
    commands: ["jest"],
    says: /2 passed/,
  },
  vitest: {
    install: ["vitest@4.1.12"],
    files: ["vitest.test.mjs"],
    commands: ["vitest run"],
    says: /2 passed/,
  },
  "typescript-5.5": typescript("5.5.4"),
  "typescript-6.0": typescript("6.0.3"),
  "typescript-7.0": typescript("7.0.2"),
  esbuild: {
    install: ["esbuild@0.28.2"],
    files: ["program.mjs"],
    commands: [
      "esbuild program.mjs --bundle --format=esm --outfile=bundle/program.mjs",
      "node bundle/program.mjs",
    ],
  },
  "node-20": node(20),
  "node-22": node(22),
  "node-24": node(24),
  "node-26": node(26),
  bun: {
    install: ["bun@1.4.5"],
    files: everyNodeProgram,
    commands: everyNodeProgram.map((file) => `bun ${file}`),
  },
  deno: {
    install: ["deno@2.9.6"],
    files: [...everyNodeProgram, "types.mts"],
    commands: [
      "deno check types.mts",
      ...everyNodeProgram.map((file) => `deno run --allow-env --allow-read ${file}`),
    ],
  },
  chromium: {
    needs: {
      test: "command -v chromium",
      hint: "there is no `chromium` here; on Debian: apt-get install chromium",
    },
    install: ["playwright-core@1.65.1"],
    files: ["chromium.mjs", "page.html"],
    commands: ['node chromium.mjs "$(command -v chromium)"'],
  },
};

/** The newest of a major version, since that is what people have. */
function node(major) {
  return {
    install: [`node@${major}`],
    files: everyNodeProgram,
    commands: [
      `node -e "process.exit(Number(process.versions.node.split('.')[0] !== '${major}'))"`,
      ...everyNodeProgram.map((file) => `node ${file}`),
    ],
  };
}

/**
 * Checks ES and CommonJS under each resolution, our declarations included, and runs what comes out:
 * for a server, whose types are Node's, and for the browser, where nobody has installed these.
 */
function typescript(version) {
  const check = "tsc --strict --skipLibCheck false --target es2022";
  const server = `${check} --lib es2022 --types node`;
  const browser = `${check} --typeRoots none`;
  return {
    // The entry for tests speaks of fast-check.
    install: [`typescript@${version}`, "@types/node@20.19.43", "fast-check@4.10.2"],
    files: ["types.mts", "types.cts"],
    commands: [
      `${server} --module node16 --outDir node16 types.mts types.cts`,
      "node node16/types.mjs",
      "node node16/types.cjs",
      `${browser} --module nodenext --outDir nodenext types.mts types.cts`,
      "node nodenext/types.mjs",
      "node nodenext/types.cjs",
      `${browser} --module esnext --moduleResolution bundler --outDir bundler types.mts`,
      "node bundler/types.mjs",
    ],
  };
}
