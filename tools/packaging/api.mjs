// Compares each entry point's public API with its report, packages/*/api/*.api.md, which is
// committed so that a change of the API shows in the diff. `--update` writes the reports anew.

import { dirname, join, relative } from "node:path";
import {
  CompilerState,
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
} from "@microsoft/api-extractor";

const packages = join(import.meta.dirname, "../../packages");
const entries = [
  { folder: "channel", types: "index.d.ts", report: "channel" },
  { folder: "channel", types: "debug/index.d.ts", report: "channel-debug" },
  { folder: "channel", types: "testing/index.d.ts", report: "channel-testing" },
  { folder: "pool", types: "index.d.ts", report: "pool" },
  { folder: "pool", types: "diagnostics/index.d.ts", report: "pool-diagnostics" },
  { folder: "threads", types: "index.d.ts", report: "threads" },
  { folder: "nats", types: "index.d.ts", report: "nats" },
];
const isUpdate = process.argv.includes("--update");

const configs = entries.map(configOf);
// One program for all entry points: to make it takes longer than to look at it.
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.map((config) => config.mainEntryPointFilePath),
});

for (const config of configs) {
  const name = relative(dirname(packages), config.reportFilePath);
  const { succeeded, apiReportChanged } = Extractor.invoke(config, {
    compilerState,
    localBuild: isUpdate,
    messageCallback: (message) => {
      // What it says about a changed report names files in temp/, not the command to run.
      if (message.category === "console") message.logLevel = ExtractorLogLevel.None;
    },
  });
  const isRefused = !succeeded || (apiReportChanged && !isUpdate);
  console.log(`${name}: ${outcome(isRefused, apiReportChanged)}`);
  if (isRefused) process.exitCode = 1;
}

function outcome(isRefused, isChanged) {
  if (!isChanged) return isRefused ? "failed" : "is the API";
  return isRefused ? "is not the API any more: see `npm run api`" : "written";
}

function configOf({ folder, types, report }) {
  const projectFolder = join(packages, folder);
  const logLevel = "warning";
  return ExtractorConfig.prepare({
    packageJsonFullPath: join(projectFolder, "package.json"),
    configObjectFullPath: undefined,
    configObject: {
      projectFolder,
      mainEntryPointFilePath: join(projectFolder, "dist/esm", types),
      compiler: {
        // The extractor brings a TypeScript of its own, which may not know the settings of ours.
        overrideTsconfig: {
          compilerOptions: {
            lib: ["ES2023", "ESNext.Disposable", "DOM"],
            module: "NodeNext",
            types: [],
          },
          include: [join(projectFolder, "dist/esm")],
        },
      },
      apiReport: {
        enabled: true,
        includeForgottenExports: true,
        reportFileName: report,
        reportFolder: join(projectFolder, "api"),
        reportTempFolder: join(projectFolder, "node_modules/.cache/api"),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        compilerMessageReporting: { default: { logLevel } },
        extractorMessageReporting: {
          default: { logLevel },
          // All that is exported is public; what it is made of is in the report too.
          "ae-missing-release-tag": { logLevel: "none" },
          "ae-forgotten-export": { logLevel: "none" },
          // `npm run docs` sees to the comments.
          "ae-undocumented": { logLevel: "none" },
          "ae-unresolved-link": { logLevel: "none" },
        },
      },
    },
  });
}
