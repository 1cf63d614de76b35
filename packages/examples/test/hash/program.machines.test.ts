// The program with crews, which are processes of their own, and a server.

import * as fs from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "@jest/globals";

import { connect, type Msg, type NatsConnection } from "@nats-io/transport-node";

import { describeWithServer, ServerProcess } from "../../../../tools/testing/nats-server.js";
import { EndlessFiles } from "./support/endless-files.js";
import { folderWith, sha256 } from "./support/files.js";
import { type Program, start } from "./support/program.js";
import { tempFolder } from "./support/temp-folder.js";

describeWithServer("--nats", () => {
  let server: ServerProcess;
  let nats: string;

  beforeAll(async () => {
    server = await ServerProcess.start();
    nats = `nats://127.0.0.1:${server.port}`;
  });

  afterAll(() => server.end());

  function crew(workers = 2): Program {
    return start(["--nats", nats, "--workers", String(workers)], { program: "crew" });
  }

  it("has all files hashed by crews, and tells how it went as ever", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`a/${i} of 20`, `content ${i}`]),
    );
    const folder = folderWith(files);
    const out = join(tempFolder(), "sums");
    const crews = [crew(), crew()];
    const program = start(["a", "--nats", nats, "--queue", "3", "--out", out], { cwd: folder });
    const { code, stdout, errors } = await program.ended;
    expect([code, errors]).toEqual([0, ""]);
    expect(stdout).toMatch(/^files: {4}20\nbytes: {4}190\n/);
    expect(stdout).toMatch(/accepted 20 = .* retrieved 20 \+ skipped 0; failed 0\n$/);
    const lines = fs.readFileSync(out, "utf8").trimEnd().split("\n");
    expect(lines.sort()).toEqual(
      Object.entries(files)
        .map(([name, content]) => `${sha256(content)}  ${name}`)
        .sort(),
    );
    for (const each of crews) {
      await each.writes(/^crew of 2 at nats:/);
      each.interrupt();
      expect((await each.ended).code).toBe(130);
    }
  });

  it("Ctrl-C: crews finish what is in progress, what waits is skipped; and only one run at a time", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 5);
    crew(1);
    const program = start([folder, "--nats", nats, "--queue", "2"]);
    await program.says(/^waiting 2, in progress 1, finished 0\/5, /m);

    const other = await start([folder, "--nats", nats]).ended;
    expect([other.code, other.errors]).toEqual([2, `${nats}: another run uses the pool there\n`]);

    const skips = await Skips.listen(nats);
    program.interrupt();
    await program.says(/^stopping: .*; Ctrl-C again/m);
    // Until the crew knows of the stop it might begin another one.
    await skips.areThere(2);
    files.end();
    const { code, stdout } = await program.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^interrupted: 2 waiting files were skipped; .*\nfiles: {4}1\n/);
    expect(stdout).toMatch(/ retrieved 1 \+ skipped 2; failed 0\n$/);
  });

  it("Ctrl-C twice: gives up what crews have, at once; the next run begins anew", async () => {
    const folder = tempFolder();
    const files = new EndlessFiles(folder, 3);
    const first = crew(1);
    const program = start([folder, "--nats", nats, "--queue", "1"]);
    await program.says(/^waiting 1, in progress 1, /m);
    const skips = await Skips.listen(nats);
    program.interrupt();
    await program.says(/^stopping: /m);
    // Until then it counts as in progress.
    await skips.areThere(1);
    program.interrupt();
    const { code, stdout } = await program.ended;
    expect(code).toBe(130);
    expect(stdout).toMatch(/^interrupted: .*, 1 in progress given up; /);
    first.child.kill("SIGKILL");
    files.end();

    crew();
    const next = await start([folder, "--nats", nats]).ended;
    expect([next.code, next.errors]).toEqual([0, ""]);
    expect(next.stdout).toMatch(/^files: {4}3\n/);
  });

  it("needs a server, and a crew needs to be told which", async () => {
    const program = await start([tempFolder(), "--nats", "nats://127.0.0.1:1"]).ended;
    expect(program.code).toBe(2);
    expect(program.errors).toMatch(/^nats:\/\/127\.0\.0\.1:1: .*\n$/);
    const { code, errors } = await start([], { program: "crew" }).ended;
    expect([code, errors]).toEqual([
      2,
      expect.stringMatching(/^Usage: npm run crew -- --nats URL/),
    ]);
  });
});

/** The jobs that are skipped from now on. */
class Skips {
  readonly #connection: NatsConnection;
  readonly #subjects = new Set<string>();
  #heard: () => void = () => undefined;

  private constructor(connection: NatsConnection) {
    this.#connection = connection;
    const callback = (_: unknown, { subject }: Msg): void => {
      this.#subjects.add(subject);
      this.#heard();
    };
    connection.subscribe("chankit.hash.skip.*", { callback });
  }

  static async listen(nats: string): Promise<Skips> {
    const skips = new Skips(await connect({ servers: nats }));
    await skips.#connection.flush();
    return skips;
  }

  /** Waits for so many, and listens no more. */
  async areThere(count: number): Promise<void> {
    while (this.#subjects.size < count) await new Promise<void>((done) => (this.#heard = done));
    await this.#connection.close();
  }
}
