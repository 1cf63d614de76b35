// What consumes the packages. In a project that has `files` and, beside our tarballs, what `install`
// names, the commands of `build` run one after the other; then those of `runs`, which must end by
// themselves, each of them saying `says`, "ok" if nothing is said.

import { join } from "node:path";

const repository = join(import.meta.dirname, "../..");
const everyNodeProgram = ["program.mjs", "program.cjs", "both.mjs"];

const threads = ["threads.mjs", "threads.tasks.mjs", "threads.checks.mjs"];

const browser = {
  needs: {
    test: "command -v chromium",
    hint: "there is no `chromium` here; on Debian: apt-get install chromium",
  },
  install: ["playwright-core@1.65.1"],
};

const realms = [
  "whole",
  "without setImmediate",
  "without MessageChannel",
  "without timers",
  "without anything",
  "without symbols",
  "with a clock that stands still",
  "bare",
];

export const consumers = {
  "node-esm": { files: ["program.mjs"], runs: ["node program.mjs"] },
  "node-cjs": { files: ["program.cjs"], runs: ["node program.cjs"] },
  "node-both": { files: ["both.mjs"], runs: ["node both.mjs"] },
  "pnpm-pack": { packedBy: "pnpm", files: ["both.mjs"], runs: ["node both.mjs"] },
  "jest-29": jest("29.7.0"),
  "jest-30": jest("30.5.2"),
  // Node's own version is the last that these test runners and their guests have in common.
  "vitest-2": vitest("2.1.9"),
  "vitest-4": vitest("4.1.12"),
  "vitest-5": vitest("5.1.1", ["node@24"]),
  "typescript-5.6": typescript("5.6.3"),
  "typescript-6.0": typescript("6.0.3"),
  "typescript-7.0": typescript("7.0.2"),
  "typescript-alone": {
    install: ["typescript@6.0.3"],
    files: ["testing.mts"],
    build: [
      "tsc --strict --skipLibCheck false --target es2022 --module nodenext --typeRoots none testing.mts",
    ],
    runs: ["node testing.mjs"],
  },
  using: {
    install: ["typescript@6.0.3", "esbuild@0.28.2"],
    files: ["using.mts", "realm.mjs", "checks.cjs"],
    build: [
      "tsc --strict --skipLibCheck --target es2022 --lib esnext,dom --module nodenext --typeRoots none --outDir tsc using.mts",
      "esbuild using.mts --target=es2022 --outfile=esbuild/using.mjs",
    ],
    runs: ["whole", "without symbols"].flatMap((realm) => [
      `node realm.mjs "${realm}" tsc/using.mjs`,
      `node realm.mjs "${realm}" esbuild/using.mjs`,
    ]),
  },
  ...bundlers({
    esbuild: {
      install: ["esbuild@0.28.2"],
      bundle: (entry, folder) =>
        `esbuild ${entry} --bundle --format=esm --platform=node --outfile=${folder}/node.mjs`,
    },
    "esbuild-browser": {
      install: ["esbuild@0.28.2"],
      bundle: (entry, folder) =>
        `esbuild ${entry} --bundle --format=iife --platform=browser --outfile=${folder}/all.cjs`,
    },
    rollup: {
      install: [
        "rollup@4.68.8",
        "@rollup/plugin-node-resolve@16.0.3",
        "@rollup/plugin-commonjs@29.0.3",
      ],
      bundle: (entry, folder) =>
        `rollup ${entry} --plugin node-resolve --plugin commonjs --format es --file ${folder}/all.mjs`,
    },
    rolldown: {
      install: ["rolldown@1.3.2", "node@24"],
      bundle: (entry, folder) => `rolldown ${entry} --format esm --file ${folder}/all.mjs`,
    },
    webpack: {
      install: ["webpack@5.112.2", "webpack-cli@6.0.1"],
      bundle: (entry, folder) =>
        `webpack --mode production --target node --entry ./${entry} --output-path ${folder} --output-filename all.cjs`,
    },
  }),
  "node-20": node(20),
  "node-22": node(22),
  "node-24": node(24),
  "node-26": node(26),
  // An addon: it is left out where neither a binary of it can be fetched nor a compiler is found.
  sqlite: {
    install: ["better-sqlite3@12.11.1"],
    files: ["sqlite.mjs"],
    build: [
      `cp -R "${join(repository, "packages/examples/dist/csv")}" csv`,
      `echo '{ "type": "module" }' > csv/package.json`,
    ],
    runs: ["node sqlite.mjs"],
  },
  bun: {
    install: ["bun@1.4.5"],
    files: [...everyNodeProgram, "sight.mjs", "realm.mjs", "checks.cjs", ...threads],
    runs: [
      ...everyNodeProgram.map((file) => `bun ${file}`),
      "bun sight.mjs",
      "bun threads.mjs",
      ...everyRealm("bun"),
    ],
  },
  deno: {
    install: ["deno@2.9.6"],
    files: [...everyNodeProgram, "sight.mjs", "types.mts", "realm.mjs", "checks.cjs", ...threads],
    build: ["deno check types.mts"],
    runs: [
      ...everyNodeProgram.map((file) => `deno run --allow-env --allow-read ${file}`),
      "deno run --allow-all sight.mjs",
      "deno run --allow-env --allow-read threads.mjs",
      ...everyRealm("deno run --allow-env --allow-read"),
    ],
  },
  chromium: {
    ...browser,
    files: ["chromium.mjs", "page.html"],
    runs: ['node chromium.mjs "$(command -v chromium)"'],
  },
  // The page of this repository, with the packages as they are built.
  live: {
    ...browser,
    files: ["live.mjs"],
    runs: [`node live.mjs "$(command -v chromium)" "${repository}"`],
  },
  // In an isolated page, which has shared memory, and in one that is not.
  "chromium-threads": {
    ...browser,
    install: [
      ...browser.install,
      "esbuild@0.28.2",
      "vite@8.3.8",
      "webpack@5.112.2",
      "webpack-cli@6.0.1",
    ],
    files: ["chromium.mjs", "index.html", "threads.page.mjs", ...threads],
    build: [
      "esbuild threads.page.mjs threads.tasks.mjs --bundle --format=esm --out-extension:.js=.mjs --outdir=esbuild",
      "cp index.html esbuild",
      "vite build --base ./ --outDir vite",
      "webpack --mode production --entry ./threads.page.mjs --output-path webpack",
      "sed s/threads.page.mjs/main.js/ index.html > webpack/index.html",
    ],
    runs: ["esbuild", "vite", "webpack"].flatMap((folder) =>
      everyIsolation("node chromium.mjs", `${folder}/index.html`),
    ),
  },
  parcel: {
    ...browser,
    install: [...browser.install, "parcel@2.16.4"],
    files: ["chromium.mjs", "index.html", "threads.page.mjs", ...threads],
    build: ["parcel build index.html --no-cache --public-url ./ --dist-dir parcel"],
    runs: everyIsolation("node chromium.mjs", "parcel/index.html"),
  },
  next: {
    ...browser,
    install: [...browser.install, "next@16.4.6", "react@19", "react-dom@19"],
    files: [
      "chromium.mjs",
      "next/app/layout.jsx",
      "next/app/page.jsx",
      "next/next.config.mjs",
      ...threads,
    ],
    build: ["NEXT_TELEMETRY_DISABLED=1 next build next"],
    runs: everyIsolation("cd next/out && node ../../chromium.mjs", "index.html"),
  },
};

/** In a page that has shared memory, and in one that has not. */
function everyIsolation(program, page) {
  const run = `${program} "$(command -v chromium)" ${page}`;
  return [run, `${run} isolated`];
}

/** The newest of a major version, since that is what people have. */
function node(major) {
  return {
    install: [`node@${major}`, "@sinonjs/fake-timers@15.5.0"],
    files: [
      ...everyNodeProgram,
      "sight.mjs",
      "bubble.mjs",
      "realm.mjs",
      "checks.cjs",
      "mock-timers.test.mjs",
      ...threads,
    ],
    build: [
      `node -e "process.exit(Number(process.versions.node.split('.')[0] !== '${major}'))"`,
      "node --test mock-timers.test.mjs",
    ],
    runs: [
      ...everyNodeProgram.map((file) => `node ${file}`),
      "node sight.mjs",
      "node threads.mjs",
      "node bubble.mjs",
      ...everyRealm("node"),
    ],
  };
}

function everyRealm(host) {
  return realms.map((realm) => `${host} realm.mjs "${realm}"`);
}

/** All environments and all kinds of fakes in one run, which ends only if nothing is left behind. */
function jest(version) {
  return {
    install: [`jest@${version}`, `jest-environment-jsdom@${version}`],
    files: [
      "jest.config.js",
      "jest.hosts.js",
      "jest.message-channel.js",
      "jest.set-immediate.js",
      "jest.test.js",
      "checks.cjs",
    ],
    runs: ["jest --runInBand"],
    says: /[1-9]\d* passed/,
  };
}

function vitest(version, more = []) {
  const environments = ["node", "jsdom", "happy-dom"];
  return {
    install: [`vitest@${version}`, "jsdom@26.1.0", "happy-dom@20.12.0", ...more],
    files: [
      "vitest.config.mjs",
      "vitest.fakes.mjs",
      "vitest.hosts.test.mjs",
      "vitest.test.mjs",
      "checks.cjs",
    ],
    runs: environments.flatMap((environment) => [
      `vitest run --environment ${environment}`,
      `FAKES=1 vitest run --environment ${environment}`,
    ]),
    says: /[1-9]\d* passed/,
  };
}

/**
 * What is bundled is imported here and required there. Without `node_modules`, it runs all the same; with them,
 * a bundle is reported on by the entry that is loaded beside it.
 */
function bundlers(table) {
  const files = ["bundle.mjs", "bundle-required.cjs", "bundle-sight.mjs", "bundle-report.mjs"];
  return Object.fromEntries(
    Object.entries(table).map(([name, { install, bundle }]) => [
      name,
      {
        install,
        files,
        build: [bundle("bundle.mjs", "bundle"), bundle("bundle-sight.mjs", "sighted")],
        runs: ["node bundle-report.mjs sighted/*", "mv node_modules away; node bundle/*"],
      },
    ]),
  );
}

/**
 * Checks ES and CommonJS under each resolution, our declarations included, and runs what comes out:
 * for a server, whose types are Node's, and for the browser, where these are not installed.
 */
function typescript(version) {
  const check = "tsc --strict --skipLibCheck false --target es2022";
  const server = `${check} --lib es2022 --types node`;
  const browser = `${check} --typeRoots none`;
  return {
    // The entry for tests speaks of fast-check.
    install: [`typescript@${version}`, "@types/node@20.19.43", "fast-check@4.10.2"],
    files: ["types.mts", "types.cts"],
    build: [
      `${server} --module node16 --outDir node16 types.mts types.cts`,
      `${browser} --module nodenext --outDir nodenext types.mts types.cts`,
      `${browser} --module esnext --moduleResolution bundler --outDir bundler types.mts`,
    ],
    runs: [
      "node16/types.mjs",
      "node16/types.cjs",
      "nodenext/types.mjs",
      "nodenext/types.cjs",
      "bundler/types.mjs",
    ].map((file) => `node ${file}`),
  };
}
