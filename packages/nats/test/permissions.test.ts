// What docs/many-machines.md says that users must be allowed: no less will do for what they do, and no more.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { NatsConnection } from "@nats-io/transport-node";

import { type Crew, DistributedPool, serve } from "../src/index.js";
import { until } from "./support/fixture.js";
import { describeWithServer, Server } from "./support/server.js";

const POOL = "allowed";
const docs = readFileSync(join(__dirname, "../../../docs/many-machines.md"), "utf8");

/** The subjects in a cell of the table there. */
function subjects(user: string, column: 1 | 2): readonly string[] {
  const row = new RegExp(`^\\| ${user} +\\|([^|]*)\\|([^|]*)\\|$`, "mu").exec(docs);
  const cell = row?.[column] ?? "";
  const own = [...cell.matchAll(/`([^`]+)`/gu)].map(([, subject]) => subject!);
  const all = cell.includes("the same") ? [...subjects("crew", column), ...own] : own;
  return all.map((subject) => subject.replace("chankit.P.", `chankit.${POOL}.`));
}

function userOf(name: string): string {
  const list = (column: 1 | 2): string => JSON.stringify(subjects(name, column));
  return `{ user: ${name}, password: p, permissions: { publish: ${list(1)}, subscribe: ${list(2)} } }`;
}

describeWithServer("users with the permissions that the docs list", () => {
  let server: Server;
  const denied: string[] = [];

  beforeAll(async () => {
    const users = `${userOf("crew")}, ${userOf("pool")}`;
    server = await Server.start(`authorization: { users: [${users}] }\n`);
  });

  afterAll(() => server.end());

  async function connect(user: string): Promise<NatsConnection> {
    const connection = await server.connect({ user, pass: "p" });
    void (async () => {
      for await (const status of connection.status()) {
        if (status.type === "error") denied.push(String(status.error));
      }
    })();
    return connection;
  }

  it("D1, D6: a pool is opened, filled, worked for, read, ended and destroyed", async () => {
    const crew: Crew = await serve(
      await connect("crew"),
      POOL,
      { double: (n: number) => 2 * n },
      { workers: 2 },
    );
    const connection = await connect("pool");
    const pool = await DistributedPool.open(connection, POOL, { queueSize: 2, dedupe: 100 });
    for (let i = 0; i < 6; i++) await pool.queue("double", i);
    for (let i = 0; i < 6; i++) expect((await pool.retrieve())?.status).toBe("fulfilled");
    expect(await pool.tryRetrieve()).toEqual({ finished: undefined, done: false });
    await crew.close();
    await pool.queue("double", 7);
    expect(await pool.stop()).toHaveLength(1);
    expect(await pool.retrieve()).toBeUndefined();
    expect(await pool.stats()).toMatchObject({ accepted: 7, retrieved: 6, skipped: 1 });
    await pool.destroy();
    expect(denied).toEqual([]);
  });

  it("D1: other pools are none of their business", async () => {
    const connection = await connect("pool");
    connection.publish("chankit.other.wait", "{}");
    await until(
      () => connection.flush(),
      () => denied.length > 0,
    );
    // And that was all that was ever denied.
    for (const what of denied)
      expect(what).toMatch(/permissions violation.*"chankit\.other\.wait"/iu);
  });
});
