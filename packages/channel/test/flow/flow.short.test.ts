// The short ways of flows: what they save is counted where it would be made.

import { afterEach, describe, expect, it, jest } from "@jest/globals";

import { Log } from "../../src/flow/log.js";
import { batch, Broadcast, Chan } from "../../src/index.js";
import { ChannelCore } from "../../src/state/channel-core.js";
import { got } from "../support/outcomes.js";

describe("flows, where there is a short way", () => {
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it("F3: a batch of what lies in a plain channel is one receive there, however large it is", () => {
    const source = new Chan<number>(9);
    for (let i = 0; i < 9; i++) source.trySend(i);
    const batches = batch(source, { size: 9 });
    const receives = jest.spyOn(ChannelCore.prototype, "tryRecv");

    expect(batches.tryRecv()).toEqual(got([0, 1, 2, 3, 4, 5, 6, 7, 8]));

    expect(receives).toHaveBeenCalledTimes(1);
  });

  it("F4: where all subscriptions drop, no value but the first goes to the log", () => {
    const broadcast = new Broadcast<number>();
    const [oldest, newest] = [
      broadcast.subscribe(2, { overflow: "dropNewest" }),
      broadcast.subscribe(2, { overflow: "dropOldest" }),
    ];
    const appends = jest.spyOn(Log.prototype, "append");

    for (let i = 0; i < 9; i++) broadcast.trySend(i);

    expect(appends).toHaveBeenCalledTimes(1);
    expect([oldest.tryRecv(), newest.tryRecv()]).toEqual([got(0), got(7)]);
  });
});
