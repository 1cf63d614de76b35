// Every sequence of calls to two channels, selects of eight shapes among them, with every random
// choice. What is compared: see chan.exhaustive.test.ts.
//
// Replaced meanwhile: `Promise` and `WaitQueue.prototype.enqueue` (model/recorded-promise, observe).

import { describe, expect, it } from "@jest/globals";

import "../support/at-once.js";
import { twoChannels } from "../model/alphabets.js";
import { explore } from "../model/explore.js";
import { isDeep, isFull } from "../../../../tools/testing/depth.js";

const depth = isDeep ? 5 : isFull ? 3 : 2;
const farther = isDeep ? 6 : isFull ? 4 : 3;

describe.each([
  [0, 0],
  [1, 1],
  [2, 2],
  [0, 1],
])("select from channels with cap %d and %d", (...caps) => {
  const channels = caps.map((cap) => ({ cap }));

  it(`does what the model does in every sequence of ${depth} calls`, () => {
    const sequences = explore({ channels, alphabet: twoChannels, depth });

    expect(sequences).toBeGreaterThan(isFull ? 1000 : 100);
  });

  it(`does what the model does in every state that ${farther - 1} calls lead to`, () => {
    const sequences = explore({ channels, alphabet: twoChannels, depth: farther, merge: true });

    expect(sequences).toBeGreaterThan(isFull ? 1000 : 100);
  });
});
