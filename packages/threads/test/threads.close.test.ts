// The end of all threads.

import { afterEach, describe, expect, it } from "@jest/globals";

import { Crew, endCrews, turns, watch } from "./support/manual.js";

afterEach(endCrews);

/** A crew of one whose only call has begun, and has as much grace as it takes. */
async function withCallBegun(): Promise<{ crew: Crew; controller: AbortController }> {
  const crew = new Crew({ size: 1, grace: Infinity });
  const controller = new AbortController();
  void crew.run("t", 1, { signal: controller.signal });
  await turns();
  crew.at(0).begin();
  crew.at(0).tell();
  return { crew, controller };
}

describe("Threads", () => {
  it("X5: close waits for what it has accepted, and takes nothing more", async () => {
    const crew = new Crew({ size: 1 });
    const call = watch(crew.run("t", 1));
    const closed = watch(crew.threads.close());
    await expect(crew.run("t", 2)).rejects.toMatchObject({
      name: "ThreadsClosedError",
      code: "ERR_THREADS_CLOSED",
      message: expect.stringMatching(/^threads takes no more calls/) as unknown,
    });
    await turns();
    expect([call.status, closed.status]).toEqual(["pending", "pending"]);
    crew.at(0).runAll();
    await turns();
    expect([call.value, closed.status, crew.at(0).isTerminated]).toEqual([1, "fulfilled", true]);
    expect(crew.threads.stats.completed).toBe(1);
  });

  it("X5: close restarts a thread that ends before all has run", async () => {
    const crew = new Crew({ size: 1 });
    const call = crew.run("t", 1);
    const closed = crew.threads.close();
    await turns();
    crew.at(0).exit(1);
    await turns();
    expect(crew.all).toHaveLength(1);
    await expect(call).rejects.toThrow(/cannot load/);
    await closed;
  });

  it("X5: close of threads that were never needed", async () => {
    const crew = new Crew({ size: 2 });
    await crew.threads.close();
    await crew.threads.close();
    expect(crew.all).toHaveLength(0);
  });

  it("X5: close leaves an aborted call its time", async () => {
    const { crew, controller } = await withCallBegun();
    controller.abort();
    const closed = watch(crew.threads.close());
    await turns();
    expect([closed.status, crew.at(0).isTerminated]).toEqual(["pending", false]);
    crew.at(0).value(0, "at last");
    await turns();
    expect(closed.status).toBe("fulfilled");
  });

  it("X5: close keeps the process alive until the threads have ended", async () => {
    const { crew, controller } = await withCallBegun();
    controller.abort();
    await turns();
    expect(crew.at(0).isHeld).toBe(false);
    const closed = crew.threads.close();
    await turns();
    expect(crew.at(0).isHeld).toBe(true);
    crew.at(0).value(0, "at last");
    await closed;
  });

  it("X5: close before the last call is aborted keeps the process alive, too", async () => {
    const { crew, controller } = await withCallBegun();
    const closed = crew.threads.close();
    controller.abort();
    await turns();
    expect(crew.at(0).isHeld).toBe(true);
    crew.at(0).value(0, "at last");
    await closed;
  });

  it("X5: terminate within the call of run, by a getter of the input", async () => {
    const crew = new Crew({ size: 1 });
    const input = {
      get value() {
        void crew.threads.terminate();
        return 1;
      },
    };
    for (const options of [undefined, { worker: 0 }]) {
      const call = crew.run("t", input, options);
      await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/^ERR_THREAD/) });
    }
    await turns();
    expect(crew.all).toHaveLength(0);
    expect(crew.threads.stats).toMatchObject({ waiting: 0, completed: 1, failed: 1 });
  });

  it("X5: terminate rejects all, whatever their states, and ends the threads", async () => {
    const crew = new Crew({ size: 1 });
    await crew.start();
    const bytes = new Uint8Array(1);
    const calls = [crew.run("t", "begun"), crew.run("t", "sent")].map(watch);
    await turns();
    crew.at(0).begin();
    calls.push(watch(crew.run("t", bytes, { transfer: [bytes.buffer] })));
    calls.push(watch(crew.run("t", "bound", { worker: 0 })));
    const ended = watch(crew.threads.terminate());
    const again = watch(crew.threads.terminate());
    await turns();
    for (const { reason } of calls) {
      expect(reason).toMatchObject({ name: "ThreadExitError" });
    }
    expect([ended.status, again.status, crew.at(0).isTerminated]).toEqual([
      "fulfilled",
      "fulfilled",
      true,
    ]);
    expect(crew.all).toHaveLength(1);
  });

  it("X5: terminate overrides close, whose promise resolves then", async () => {
    const crew = new Crew({ size: 1 });
    const call = watch(crew.run("t", 1));
    const closed = crew.threads.close();
    await turns();
    await Promise.all([closed, crew.threads.terminate(), crew.threads.close()]);
    expect(call.reason).toMatchObject({ name: "ThreadExitError" });
  });

  it("X5: terminate waits for the workers to end", async () => {
    const crew = new Crew({ size: 1 });
    void crew.run("t", 1);
    await turns();
    const thread = crew.at(0);
    thread.terminate = () => {
      thread.isTerminated = true;
    };
    const ended = watch(crew.threads.terminate());
    await turns();
    expect([thread.isTerminated, ended.status]).toEqual([true, "pending"]);
    thread.emit("exit", 1);
    await turns();
    expect(ended.status).toBe("fulfilled");
  });

  it("X5: terminate of threads that were never needed, then close", async () => {
    const crew = new Crew();
    await crew.threads.terminate();
    await crew.threads.close();
    await expect(crew.run("t")).rejects.toMatchObject({ name: "ThreadsClosedError" });
  });
});
