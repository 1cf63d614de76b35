import { readdirSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "@jest/globals";

import { compileErrors, examplesOf } from "./support/sources.js";

// What the examples take for granted.
const GIVEN = `
import {
  after, Chan, CustomChan, CustomRecvChan, gosched, Group, Limiter, type Received, type RecvChan,
  select, Semaphore, send, Ticker, WaitGroup,
} from "@chankit/channel";
import { channelPrograms, settle } from "@chankit/channel/testing";
import { WorkerPool } from "@chankit/pool";
import { expect } from "@jest/globals";
import fc from "fast-check";

declare class Thumbnail { readonly file: string; constructor(file: string); run(): void }
declare const answer: RecvChan<string>;
declare const chan: Chan<number>;
declare const done: RecvChan<undefined>;
declare const files: string[], pending: string[], rows: string[], urls: string[];
declare const head: string | undefined;
declare const jobs: Chan<string>;
declare const results: Chan<string>;
declare const signal: AbortSignal;
declare const worker: { readonly state: string };
declare function digest(row: string): void;
declare function download(url: string, options: { readonly signal: AbortSignal }): Promise<void>;
declare function handle(job: string): void;
declare function startSquaring(numbers: Chan<number>): RecvChan<number>;
declare function talk(): Promise<void>;
`;

const sources = ["packages/channel/src", "packages/pool/src"];
const root = join(__dirname, "../../..");

describe("Doc comments", () => {
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const examples = files.flatMap(examplesOf);

  it("have examples, and they compile", () => {
    expect(examples.length).toBeGreaterThan(10);
    const programs = examples.map(
      (code) => `${GIVEN}export async function example() {\n${code}}\n`,
    );
    expect(compileErrors("doc-comments", programs)).toEqual([]);
  });
});
