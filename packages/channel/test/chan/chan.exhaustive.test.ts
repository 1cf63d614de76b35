// Every sequence of calls to one channel. After each call, real channels and the model agree on what
// has settled, how and in which order, and on all that waits and is buffered; no operation settles
// twice, and signals have listeners for waiters only.
//
// Replaced meanwhile: `Promise` and `WaitQueue.prototype.enqueue` (model/recorded-promise, observe).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { oneChannel, oneChannelRacing } from "../model/alphabets.js";
import { explore } from "../model/explore.js";
import { isDeep, isFull } from "../../../../tools/testing/depth.js";

const depth = isDeep ? 6 : isFull ? 5 : 4;
const racingDepth = isDeep ? 5 : isFull ? 3 : 2;

describe.each([0, 1, 2])("Chan with cap %d", (cap) => {
  it(`does what the model does in every sequence of ${depth} calls`, () => {
    const channels = [{ cap }];

    const sequences = explore({ channels, alphabet: oneChannel, depth });

    expect(sequences).toBeGreaterThan(isFull ? 10_000 : 1000);
  });

  it(`does what the model does in every sequence of ${racingDepth} calls that race with aborts`, () => {
    const channels = [{ cap }];

    const sequences = explore({ channels, alphabet: oneChannelRacing, depth: racingDepth });

    expect(sequences).toBeGreaterThan(isFull ? 1000 : 100);
  });
});

describe.each([
  { cap: 1, overflow: "dropOldest" },
  { cap: 2, overflow: "dropOldest" },
  { cap: 1, overflow: "dropNewest" },
  { cap: 2, overflow: "dropNewest" },
] as const)("Chan with cap $cap that says $overflow", (channel) => {
  it(`does what the model does in every sequence of ${depth - 1} calls`, () => {
    const sequences = explore({ channels: [channel], alphabet: oneChannel, depth: depth - 1 });

    expect(sequences).toBeGreaterThan(isFull ? 1000 : 100);
  });
});
