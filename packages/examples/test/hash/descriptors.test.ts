import { settle } from "@chankit/channel/testing";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";

import { Descriptors } from "../../src/hash/descriptors.js";

const onLongWait = jest.fn();
let descriptors: Descriptors;
/** How many files may be open. */
let room: number;
let opened: string[];

beforeEach(() => {
  jest.useFakeTimers();
  onLongWait.mockClear();
  descriptors = new Descriptors(onLongWait);
  room = 0;
  opened = [];
});
afterEach(() => {
  jest.useRealTimers();
});

function open(name: string, code = "EMFILE", signal?: () => AbortSignal): Promise<string> {
  const attempt = async (): Promise<string> => {
    if (room === 0) throw Object.assign(new Error(code), { code });
    room--;
    opened.push(name);
    return name;
  };
  return descriptors.open(attempt, signal ?? (() => new AbortController().signal));
}

describe("Descriptors", () => {
  it("gives what was opened, and does not ask for a signal", async () => {
    room = 1;

    const signal = (): never => {
      throw new Error("asked");
    };
    expect(await open("a", "EMFILE", signal)).toBe("a");
  });

  it("passes on what is another failure, at once and in line", async () => {
    await expect(open("a", "ENOENT")).rejects.toThrow("ENOENT");

    const first = open("b");
    const second = expect(open("c", "ENOENT")).rejects.toThrow("ENOENT");
    await settle();
    room = 1;
    descriptors.closed();
    expect(await first).toBe("b");
    await second;
  });

  it.each(["EMFILE", "ENFILE"])(
    "H2: waits when there are too many (%s), and tries again when one is closed",
    async (code) => {
      const file = open("a", code);
      await settle();
      expect(opened).toEqual([]);

      room = 1;
      descriptors.closed();
      expect(await file).toBe("a");
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  it("tries again without that, since others close files, too: later and later", async () => {
    const attempts: number[] = [];
    const file = descriptors.open(
      async () => {
        attempts.push(Date.now());
        if (room === 0) throw Object.assign(new Error("full"), { code: "ENFILE" });
        return "a";
      },
      () => new AbortController().signal,
    );
    const start = Date.now();
    for (let ms = 0; ms < 4095; ms++) {
      await settle();
      jest.advanceTimersByTime(1);
    }
    room = 1;
    await settle();
    jest.advanceTimersByTime(1009);

    expect(await file).toBe("a");
    // At the call, when it is first in line, and from then on after each pause.
    expect(attempts.map((at) => at - start)).toEqual([
      0, 0, 16, 48, 112, 240, 496, 1008, 2032, 3056, 4080, 5104,
    ]);
  });

  it("tells of a long wait", async () => {
    void open("a");
    for (let ms = 0; ms < 2031; ms++) {
      await settle();
      jest.advanceTimersByTime(1);
    }
    expect(onLongWait).not.toHaveBeenCalled();

    jest.advanceTimersByTime(1);
    await settle();
    expect(onLongWait).toHaveBeenCalledTimes(1);

    room = 1;
    descriptors.closed();
    await settle();
    expect(opened).toEqual(["a"]);
    expect(onLongWait).toHaveBeenCalledTimes(1);
  });

  it("serves those that wait in their order, and lets nothing overtake them", async () => {
    const files = ["a", "b", "c"].map((name) => open(name));
    await settle();

    room = 1;
    files.push(open("d"));
    await settle();
    expect(opened).toEqual([]);

    room = 3;
    descriptors.closed();
    await settle();
    expect(opened).toEqual(["a", "b", "c"]);

    room = 1;
    descriptors.closed();
    expect(await Promise.all(files)).toEqual(["a", "b", "c", "d"]);
  });

  it("ends a wait when its signal is aborted, first in line or not", async () => {
    const controllers = [new AbortController(), new AbortController()];
    const ends = controllers.map(async ({ signal }, index) => {
      await expect(open(`${index}`, "EMFILE", () => signal)).rejects.toBe(index);
    });
    const last = open("last");
    await settle();

    controllers[1]!.abort(1);
    await ends[1];
    controllers[0]!.abort(0);
    await ends[0];

    room = 1;
    descriptors.closed();
    expect(await last).toBe("last");
    expect(jest.getTimerCount()).toBe(0);
  });

  it("remembers nothing that was closed while nothing waited", async () => {
    descriptors.closed();

    const file = open("a");
    await settle();
    room = 1;
    await settle();
    expect(opened).toEqual([]);

    descriptors.closed();
    expect(await file).toBe("a");
  });
});
