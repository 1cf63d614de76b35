import { expect, it, beforeAll, afterAll } from "@jest/globals";
import { DistributedPool, serve } from "../src/index.js";
import { Server, describeWithServer } from "./support/server.js";

describeWithServer("smoke", () => {
  let server: Server;
  beforeAll(async () => { server = await Server.start(); });
  afterAll(async () => { await server.end(); });
  it("runs", async () => {
    const nc = await server.connect();
    const pool = await DistributedPool.open(nc, "p", { queueSize: 3, dedupe: 300 });
    expect(await pool.tryQueue("double", 1)).toBe(true);
    expect(await pool.tryQueue("double", 2)).toBe(true);
    expect(await pool.tryQueue("double", 3)).toBe(true);
    expect(await pool.tryQueue("double", 4)).toBe(false);
    console.log(await pool.stats());
    const nc2 = await server.connect();
    const crew = await serve(nc2, "p", { double: (n: number) => 2 * n, fail() { throw new TypeError("no"); } }, { workers: 2 });
    console.log(await pool.retrieve(), await pool.retrieve(), await pool.retrieve());
    await pool.queue("fail", 1); await pool.queue("what", 1);
    console.log(await pool.retrieve(), await pool.retrieve(), await pool.tryRetrieve());
    let t0 = performance.now();
    const N = 2000;
    const reading = (async () => { for (let i = 0; i < N; i++) await pool.retrieve(); })();
    for (let i = 0; i < N; i++) await pool.queue("double", i);
    await reading;
    console.log("jobs/s", N / (performance.now() - t0) * 1000, await pool.stats());
    await pool.queue("double", 7);
    await pool.close();
    console.log(await pool.stats(), await pool.retrieve(), await pool.retrieve(), await pool.tryRetrieve());
    await new Promise((r) => setTimeout(r, 1500));
    const jsm = await (await import("@nats-io/jetstream")).jetstreamManager(nc);
    for await (const s of jsm.streams.list()) console.log(s.config.name, s.state.messages, s.state.first_seq, s.state.last_seq);
    console.log(await pool.stats());
    await crew.close();
    await pool.destroy();
    for await (const s of jsm.streams.list()) console.log(s.config.name);
  });
});
