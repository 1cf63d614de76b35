import { describe, expect, it } from "@jest/globals";

import * as channel from "../src/index.js";

describe("@chankit/channel", () => {
  it("exports what the contract names, the extension point, and no more", () => {
    const exported = Object.entries(channel).flatMap(([name, value]) =>
      typeof value === "function" ? [name] : [],
    );

    expect(exported.sort()).toEqual([
      "Alarm",
      "Broadcast",
      "Chan",
      "ChanPort",
      "ChannelClosedError",
      "CustomChan",
      "CustomRecvChan",
      "Group",
      "Limiter",
      "Mutex",
      "Semaphore",
      "Ticker",
      "WaitGroup",
      "after",
      "batch",
      "gosched",
      "main",
      "merge",
      "named",
      "onAbort",
      "pipe",
      "select",
      "send",
      "trySelect",
    ]);
  });

  it("P2: an operation of one's own may wait beside a channel, with the parts that it exports", async () => {
    const abort = new AbortController();
    const reasons: unknown[] = [];
    const link: channel.AbortRegistration = channel.onAbort(abort.signal, {
      cancel: (reason) => void reasons.push(reason),
    });
    const ch: channel.RecvChan<string> = new channel.Chan<string>();
    const received = ch.recv(abort);

    abort.abort("reason");

    await expect(received).rejects.toBe("reason");
    expect(reasons).toEqual(["reason"]);
    expect(link.signal).toBeUndefined();
  });
});
