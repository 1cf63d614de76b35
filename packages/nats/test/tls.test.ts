// Connections by TLS: a pool and its crews need no more for it than the connection does.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";

import { DistributedPool, serve } from "../src/index.js";
import { describeWithServer, Server } from "./support/server.js";

const hasOpenSsl = spawnSync("openssl", ["version"]).error === undefined;
const isRequired = process.env["CHANKIT_NATS"] === "required";
const withOpenSsl = hasOpenSsl || isRequired ? describeWithServer : describe.skip;
if (!hasOpenSsl && !isRequired) console.warn("left out, since there is no openssl: TLS");

const tasks = { double: (n: number): number => 2 * n };

withOpenSsl("TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "chankit-tls-"));
  const [certFile, keyFile] = [join(folder, "cert.pem"), join(folder, "key.pem")];
  let server: Server;

  beforeAll(async () => {
    // One certificate that is the server's, the clients', and the authority that both trust.
    const subject = [
      "-subj",
      "/CN=chankit",
      "-addext",
      "subjectAltName=DNS:localhost,IP:127.0.0.1",
    ];
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const files = ["-keyout", keyFile, "-out", certFile];
    execFileSync("openssl", ["req", "-x509", "-days", "2", ...key, ...files, ...subject], {
      stdio: "pipe",
    });
    const settings = `cert_file: "${certFile}", key_file: "${keyFile}", ca_file: "${certFile}"`;
    server = await Server.start(`tls { ${settings}, verify: true }\n`);
  });

  afterAll(async () => {
    await server.end();
    rmSync(folder, { recursive: true });
  });

  it("D5: is the connection's: the pool and its crews do all as without, also after a kill of the server", async () => {
    const tls = { caFile: certFile, certFile, keyFile };
    const crew = await serve(await server.connect({ tls }), "secret", tasks, { workers: 2 });
    const connection = await server.connect({ tls });
    expect(connection.info?.tls_required).toBe(true);
    const pool = await DistributedPool.open<typeof tasks>(connection, "secret", { queueSize: 2 });
    for (let i = 0; i < 4; i++) await pool.queue("double", i);
    await server.kill("SIGKILL");
    const queued = pool.queue("double", 4);
    await server.start();
    await queued;
    const closed = pool.close();
    const outputs: unknown[] = [];
    for await (const { output } of pool) outputs.push(output);
    expect(outputs.map(Number).sort((a, b) => a - b)).toEqual([0, 2, 4, 6, 8]);
    await closed;
    await crew.close();
  });

  it("D5: to a server that is not trusted there is no connection, and so no pool", async () => {
    const own = { certFile, keyFile };
    const untrusted = server.connect({ tls: own, maxReconnectAttempts: 0 });
    await expect(untrusted).rejects.toThrow(/self-signed certificate/u);
  });
});
