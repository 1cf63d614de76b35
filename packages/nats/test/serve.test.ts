import { expect, it } from "@jest/globals";

import { serve, type TaskContext } from "../src/index.js";
import { Fixture, stats, type Tasks, until } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("serve", () => {
  const fixture = new Fixture();

  it("D6: may start before open", async () => {
    const name = fixture.name();
    await fixture.serve(name);
    const pool = await fixture.open({}, name);
    await pool.queue("double", 2);
    expect((await pool.retrieve())?.output).toBe(4);
  });

  it("D6: a task that a crew does not know is finished as rejected, with a TypeError that names it", async () => {
    const pool = await fixture.open();
    await fixture.serve(pool.name);
    for (const task of ["reszie", "toString", "__proto__"]) {
      await pool.queue(task as "echo", 1);
      const { status, reason } = (await pool.retrieve())!;
      expect([status, reason]).toEqual(["rejected", expect.any(TypeError)]);
      expect(String(reason)).toContain(
        `unknown task "${task}": this crew has double, fail, echo, nothing, hold`,
      );
    }
    const none = await fixture.open();
    const crew = await serve(fixture.connection, none.name, {}, { workers: 1 });
    await none.queue("double", 1);
    expect(String((await none.retrieve())?.reason)).toContain("this crew has none");
    await crew.close();
  });

  it("D5: an output that cannot be sent is a failure that names the task", async () => {
    const pool = await fixture.open();
    const tasks = { map: () => new Map() };
    const crew = await serve(fixture.connection, pool.name, tasks, { workers: 1 });
    await pool.queue("map" as "echo", 1);
    const { reason } = (await pool.retrieve())!;
    expect(reason).toBeInstanceOf(TypeError);
    expect(String(reason)).toContain('the output of task "map" is object Map');
    await crew.close();
  });

  it("D6: a task gets the context of a job", async () => {
    const pool = await fixture.open();
    const crew = await fixture.serve(pool.name, 3);
    await pool.queue("hold", "a", { id: "job" });
    const { context, end } = await fixture.holds.started("a");
    expect(context).toMatchObject({ attempt: 1, id: "job", worker: 0 });
    expect(context.signal.aborted).toBe(false);
    expect(crew.stats).toMatchObject({ inProgress: 1 });
    end();
    await pool.retrieve();
  });

  it("D6: timeouts and signals are those of a WorkerPool, and so are tries", async () => {
    const pool = await fixture.open();
    const seen: unknown[] = [];
    const tasks = {
      late: (_: unknown, { signal, attempt }: TaskContext) =>
        new Promise((_, reject) => {
          seen.push(attempt);
          signal.addEventListener("abort", () => {
            reject(new Error("gave up"));
          });
        }),
    };
    const options = { workers: 1, timeout: 20, retry: { times: 1 } };
    const crew = await serve(fixture.connection, pool.name, tasks, options);
    await pool.queue("late" as "echo", 1);
    const { status, reason, attempts } = (await pool.retrieve())!;
    expect([status, attempts, seen]).toEqual(["rejected", 2, [1, 2]]);
    expect(reason).toBeInstanceOf(DOMException);
    expect(reason).toMatchObject({ name: "TimeoutError" });
    await crew.close();
  });

  it("D6: pulls no more than it has workers free: idle processes take what busy ones have not begun", async () => {
    const pool = await fixture.open();
    const busy = await fixture.serve(pool.name, 2);
    for (const input of ["a", "b", "c", "d"]) await pool.queue("hold", input);
    await fixture.holds.started("a");
    await fixture.holds.started("b");
    expect(await stats(pool)).toEqual({ accepted: 4, inProgress: 2, waiting: 2 });
    const idle = await fixture.serve(pool.name, 2, await fixture.server.connect());
    await fixture.holds.started("c");
    await fixture.holds.started("d");
    expect([busy.stats.inProgress, idle.stats.inProgress]).toEqual([2, 2]);
    for (const input of ["a", "b", "c", "d"]) (await fixture.holds.started(input)).end();
    await pool.close();
  });

  it("D6: bad arguments are refused", async () => {
    const { connection } = fixture;
    const refused: [() => Promise<unknown>, new () => Error, string][] = [
      [() => serve(connection, "p", null as never, { workers: 1 }), TypeError, "tasks must be"],
      [
        () => serve(connection, "p", { a: 1 } as never, { workers: 1 }),
        TypeError,
        'task "a" must be',
      ],
      [() => serve(connection, "p", {}, { workers: 0 }), RangeError, "workers must be"],
      [() => serve(connection, "p", {}, undefined as never), TypeError, "options"],
      [() => serve(connection, "", {}, { workers: 1 }), TypeError, "a pool needs a name"],
    ];
    for (const [call, Class, message] of refused) {
      await expect(call()).rejects.toThrow(Class);
      await expect(call()).rejects.toThrow(message);
    }
  });

  it("D6: close runs what the crew has, and takes no more", async () => {
    const pool = await fixture.open();
    const crew = await fixture.serve(pool.name);
    await pool.queue("hold", "a");
    const held = await fixture.holds.started("a");
    await pool.queue("hold", "b");
    let isClosed = false;
    const closed = crew.close().then(() => (isClosed = true));
    await pool.stats();
    expect(isClosed).toBe(false);
    held.end();
    await Promise.all([closed, crew.close(), crew.stop()]);
    expect(await stats(pool)).toEqual({ accepted: 2, finished: 1, waiting: 1 });
    await fixture.serve(pool.name);
    (await fixture.holds.started("b")).end();
    await pool.retrieve();
    await pool.retrieve();
  });

  it("D6: a crew that is stopped while it waits for a reader ends", async () => {
    const pool = await fixture.open({ finishedSize: 1 });
    const crew = await fixture.serve(pool.name);
    for (let i = 0; i < 3; i++) await pool.queue("double", i);
    await until(
      () => pool.stats(),
      ({ finished }) => finished === 2,
    );
    await crew.stop();
    expect(await stats(pool)).toEqual({ accepted: 3, finished: 2, waiting: 1 });
  });

  it("D6: disposing closes", async () => {
    const pool = await fixture.open();
    {
      await using crew = await serve<Pick<Tasks, "double">>(
        fixture.connection,
        pool.name,
        { double: (input) => input * 2 },
        { workers: 1 },
      );
      await pool.queue("double", 1);
      await pool.retrieve();
      expect(crew.stats.retrieved).toBe(1);
    }
    await pool.queue("double", 1);
    expect(await stats(pool)).toEqual({ accepted: 2, retrieved: 1, waiting: 1 });
  });

  it("D3: a lease is renewed while the job runs", async () => {
    const pool = await fixture.open({ lease: 150 });
    await fixture.serve(pool.name, 2);
    await pool.queue("hold", "a");
    const { end } = await fixture.holds.started("a");
    // Another job's whole life takes longer than the lease: it is begun when the first one's is over.
    await pool.queue("hold", "b");
    const second = await fixture.holds.started("b");
    // The lease of 150 ms would have ended, twice.
    const renewals = fixture.connection.subscribe("$JS.ACK.*.*.1.>");
    let renewed = 0;
    for await (const { data } of renewals) {
      if (new TextDecoder().decode(data) === "+WPI" && ++renewed === 16) break;
    }
    expect([fixture.holds.runs("a"), fixture.holds.runs("b")]).toEqual([1, 1]);
    end();
    second.end();
    expect([(await pool.retrieve())?.attempts, (await pool.retrieve())?.attempts]).toEqual([1, 1]);
  });

  it("D3: a job whose process is gone is run again when its lease has ended; attempts tells", async () => {
    const pool = await fixture.open({ lease: 200 });
    const connection = await fixture.server.connect();
    await fixture.serve(pool.name, 1, connection);
    await pool.queue("hold", "a");
    const lost = await fixture.holds.started("a");
    // Its process says nothing any more.
    await connection.close();
    lost.end();
    await fixture.serve(pool.name);
    const { context, end } = await fixture.holds.started("a", 2);
    // Servers before 2.10.16 also count deliveries that find no pull any more.
    expect(context.attempt).toBeGreaterThan(1);
    end("again");
    const told = { output: "again", attempts: context.attempt };
    expect(await pool.retrieve()).toMatchObject(told);
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
  });

  it("D3: a job that ends its process each time is given up after its retries, without another run", async () => {
    const pool = await fixture.open({ lease: 100, retries: 1 });
    await pool.queue("hold", "poison");
    const result = pool.retrieve();
    const isOver = result.then(() => undefined);
    // How many deliveries the server counts for a run stands in runner.test.ts, where there is no server.
    for (let nth = 1; nth <= 3; nth++) {
      const connection = await fixture.server.connect();
      await fixture.serve(pool.name, 1, connection);
      const lost = await Promise.race([fixture.holds.started("poison", nth), isOver]);
      if (lost === undefined) break;
      await connection.close();
      lost.end();
    }
    const { status, attempts, reason } = (await result)!;
    expect([status, attempts]).toEqual(["rejected", 2]);
    expect(fixture.holds.runs("poison")).toBeLessThanOrEqual(2);
    expect(String(reason)).toContain("given up after 2 runs");
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1, failed: 1 });
  });

  it("D3, D7: if two crews run a job, the first stored result stands, and is told once", async () => {
    const pool = await fixture.open({ lease: 100 });
    const slow = await fixture.server.connect();
    await fixture.serve(pool.name, 1, slow);
    await pool.queue("hold", "a");
    const first = await fixture.holds.started("a");
    // Its words about the lease do not get through: they are held up until it has ended.
    const publish = slow.publish.bind(slow);
    slow.publish = (subject, payload, options) => {
      const isRenewal = Buffer.from(payload as Uint8Array).toString() === "+WPI";
      if (!isRenewal) publish(subject, payload, options);
    };
    await fixture.serve(pool.name);
    const second = await fixture.holds.started("a", 2);
    second.end("second");
    expect((await pool.retrieve())?.output).toBe("second");
    first.fail(new Error("late"));
    await pool.close();
    expect(await stats(pool)).toEqual({ accepted: 1, retrieved: 1 });
    expect(await pool.retrieve()).toBeUndefined();
  });

  it("D7: a job whose worker died counts as in progress until a crew has run it again, also after stop", async () => {
    const pool = await fixture.open({ lease: 100 });
    const connection = await fixture.server.connect();
    await fixture.serve(pool.name, 1, connection);
    await pool.queue("hold", "a");
    const lost = await fixture.holds.started("a");
    await connection.close();
    lost.end();
    let isStopped = false;
    const stopped = pool.stop().then(() => (isStopped = true));
    for (let i = 0; i < 20; i++) expect(await stats(pool)).toEqual({ accepted: 1, inProgress: 1 });
    expect(isStopped).toBe(false);
    await fixture.serve(pool.name);
    (await fixture.holds.started("a", 2)).end();
    await stopped;
    expect(await stats(pool)).toEqual({ accepted: 1, finished: 1 });
  });
});
