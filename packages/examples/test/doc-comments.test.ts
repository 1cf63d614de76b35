// The examples in doc comments: all compile, and those that say what a line gives, by `//=>`, are run.

import { readdirSync } from "node:fs";
import { join } from "node:path";

// Loaded before time is faked: what keeps the event loop alive goes by the clock that it then finds.
import "@chankit/pool";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { withoutWaiting } from "./support/faked-time.js";
import { run } from "./support/program.js";
import { compileErrors, examplesOf } from "./support/sources.js";

const IMPORTS = `
import {
  after, Alarm, batch, Broadcast, Chan, ChanPort, CustomChan, CustomRecvChan, gosched, Group, Limiter, main,
  merge, Mutex, named, pipe, type Received, type RecvChan, select, Semaphore, send, Ticker, trySelect, WaitGroup,
} from "@chankit/channel";
import { record, waiting } from "@chankit/channel/debug";
import { bubble, channelPrograms, settle } from "@chankit/channel/testing";
import { type JobContext, WorkerPool } from "@chankit/pool";
import { expect } from "@jest/globals";
import fc from "fast-check";
`;

// Two packages have a `serve`.
const THREADS = `
import { serve, type TaskContext, Threads, transfer } from "@chankit/threads";
`;
const NATS = `
import { DistributedPool, serve } from "@chankit/nats";
import type { NatsConnection } from "@nats-io/transport-node";
declare const connection: NatsConnection;
`;

// What the examples take for granted.
const GIVEN = `
declare class Thumbnail { readonly file: string; constructor(file: string); run(): void }
declare const answer: RecvChan<string>;
declare const chan: Chan<number>;
declare const done: RecvChan<undefined>;
declare const files: string[], pending: string[], rows: string[], urls: string[];
declare const group: Group;
declare const head: string | undefined;
declare const jobs: Chan<string>;
declare const numbers: Chan<number>;
declare const results: Chan<string>;
declare const signal: AbortSignal;
declare const tasks: { checksum(file: string): string };
declare const worker: { readonly state: string };
declare function digest(row: string): void;
declare function download(url: string, options: { readonly signal: AbortSignal }): Promise<void>;
declare function handle(job: string): void;
declare function resize(file: string, signal: AbortSignal): Promise<string>;
interface Tasks { resize(input: { readonly file: string }): Promise<string> }
declare function program(): Promise<void>;
declare function startSquaring(numbers: Chan<number>): RecvChan<number>;
declare function talk(): Promise<void>;
declare function writeFileSync(path: string, text: string): void;
`;

const sources = ["channel", "pool", "threads", "nats"].map((name) => `packages/${name}/src`);
const root = join(__dirname, "../../..");

describe("Doc comments", () => {
  const files = sources.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => `${folder}/${name}`),
  );
  const examples = files.flatMap(examplesOf);

  it("have examples, and they compile", async () => {
    expect(examples.length).toBeGreaterThan(10);
    const programs = examples.map(
      ({ place, code }) =>
        `${importsOf(place)}${GIVEN}export async function example() {\n${code}}\n`,
    );
    const errors = await compileErrors(new Map([["doc-comments", programs]]));
    expect([...errors.values()]).toEqual([[]]);
  });

  const programs = examples.filter(({ results }) => results.length > 0);

  describe("examples that say what a line gives", () => {
    beforeEach(() => {
      jest.useFakeTimers();
    });

    afterEach(() => {
      jest.useRealTimers();
    });

    it.each(programs)("$place", async ({ place, code, results }) => {
      // A line that is not printed by itself is printed here.
      const program = code.replaceAll(/^(?!.*console\.log)(.*); \/\/=>.*$/gm, "console.log($1);");
      const printed = await withoutWaiting(run(`${importsOf(place)}${program}`));
      expect(printed.split("\n").filter((line) => line !== "")).toEqual(results);
    });
  });
});

function importsOf(place: string): string {
  return IMPORTS + (place.includes("packages/nats/") ? NATS : THREADS);
}
