// Connections that are cut, and such that stall: nothing comes through, and nothing says so.

import { afterEach, expect, it } from "@jest/globals";

import { isFull } from "../../../tools/testing/depth.js";
import { Fixture, stats } from "./support/fixture.js";
import { Proxy } from "./support/proxy.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("a connection", () => {
  const fixture = new Fixture();
  const proxies: Proxy[] = [];

  async function proxied(): Promise<{ proxy: Proxy; connection: typeof fixture.connection }> {
    const proxy = await Proxy.start(fixture.server.port);
    proxies.push(proxy);
    const servers = `127.0.0.1:${proxy.port}`;
    return { proxy, connection: await fixture.server.connect({ servers }) };
  }

  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.end()));
  });

  it("D5: that is cut again and again, on all sides: each job is run, and told once", async () => {
    const sides = await Promise.all([proxied(), proxied(), proxied()]);
    const [queueing, running, reading] = sides;
    const pool = await fixture.open(
      // What was on its way to a crew comes again when its lease has ended.
      { queueSize: 3, lease: 500, retries: 20 },
      fixture.name(),
      queueing.connection,
    );
    await fixture.serve(pool.name, 2, running.connection);
    const reader = await fixture.open({}, pool.name, reading.connection);
    const got: unknown[] = [];
    const isRead = (async () => {
      for await (const { input } of reader) {
        got.push(input);
        sides[got.length % 3]?.proxy.cut();
      }
    })();
    for (let i = 0; i < 30; i++) await pool.queue("echo", i);
    await pool.close();
    await isRead;
    const inputs = [...new Set(got)].map(Number).sort((a, b) => a - b);
    expect(inputs).toHaveLength(got.length);
    expect(inputs).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(await stats(pool)).toEqual({ accepted: 30, retrieved: 30 });
  });

  it("D3: of a crew stalls: its lease ends, another one runs the job, and what comes late is not told", async () => {
    const { proxy, connection } = await proxied();
    const pool = await fixture.open({ lease: 1000 });
    await fixture.serve(pool.name, 1, connection);
    await pool.queue("hold", "a");
    const first = await fixture.holds.started("a");
    proxy.holdUp();
    await fixture.serve(pool.name);
    const second = await fixture.holds.started("a", 2);
    // Servers before 2.10.16 also count deliveries that find no pull any more.
    const { attempt } = second.context;
    expect(attempt).toBeGreaterThan(1);
    second.end("second");
    expect(await pool.retrieve()).toMatchObject({ output: "second", attempts: attempt });
    first.end("first");
    proxy.cut();
    // Its crew is there again, and has no more to say about this job.
    await pool.queue("hold", "b");
    await pool.queue("hold", "c");
    for (const input of ["b", "c"]) (await fixture.holds.started(input)).end();
    await pool.close();
    const outputs = [(await pool.retrieve())?.output, (await pool.retrieve())?.output];
    expect(outputs.sort()).toEqual(["b", "c"]);
    expect(await pool.retrieve()).toBeUndefined();
    expect(await stats(pool)).toEqual({ accepted: 3, retrieved: 3 });
  });

  // A call that has no answer is made again after two seconds.
  if (!isFull) return;

  it("D5: of a caller stalls: its calls are made again, and the job is accepted once", async () => {
    const { proxy, connection } = await proxied();
    const pool = await fixture.open({}, fixture.name(), connection);
    await pool.queue("double", 1);
    const tries: string[] = [];
    const publish = connection.publish.bind(connection);
    connection.publish = (subject, ...rest) => {
      tries.push(subject);
      if (tries.length === 2) proxy.cut();
      publish(subject, ...rest);
    };
    proxy.holdUp();
    await pool.queue("double", 2);
    expect(tries.slice(0, 2)).toEqual(Array(2).fill(`chankit.${pool.name}.wait`));
    expect(await stats(pool)).toEqual({ accepted: 2, waiting: 2 });
  });

  it("D5: of a caller stalls after the server has the job: its next try is told so", async () => {
    const { proxy, connection } = await proxied();
    const pool = await fixture.open({}, fixture.name(), connection);
    await pool.queue("double", 1);
    let tries = 0;
    const publish = connection.publish.bind(connection);
    connection.publish = (subject, ...rest) => {
      if (++tries === 2) proxy.cut();
      publish(subject, ...rest);
    };
    proxy.holdUp("answers");
    await pool.queue("double", 2);
    expect(tries).toBeGreaterThan(1);
    expect(await stats(pool)).toEqual({ accepted: 2, waiting: 2 });
  });
});
