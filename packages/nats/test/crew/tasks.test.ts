// What is written of a result that is long.

import { describe, expect, it } from "@jest/globals";

import { fulfilled, longestIn, roomIn, toEntry } from "../../src/crew/tasks.js";
import type { Fated } from "../../src/server/fate.js";
import type { Link } from "../../src/server/link.js";

const room = roomIn({ connection: { info: { max_payload: 1 << 20 } } } as unknown as Link);
const longest = longestIn(room);

/** The lengths of what stands in the entry, and what came of it. */
function entry(input: number, output: number) {
  const head = {
    id: "a",
    task: "echo",
    kind: "bytes",
    fate: "run",
    at: 0,
    input: input > longest ? input : undefined,
  } as const;
  const job: Fated = { head, place: 1, seq: 2, isNew: true, input: new Uint8Array(input) };
  const outcome = fulfilled("echo", new Uint8Array(output));
  const { head: done, parts } = toEntry(job, 1, outcome, room);
  return [done.status, done.input, ...parts.map(({ length }) => length)];
}

describe("the entry of a result", () => {
  it("D5: has the input if there is room; without it, it may have all the room", () => {
    expect(entry(longest, room - longest)).toEqual(["fulfilled", longest, longest, room - longest]);
    const long = longest + 1;
    expect(entry(long, room - long)).toEqual(["fulfilled", long, long, room - long]);
    expect(entry(long, room)).toEqual(["fulfilled", undefined, room]);
  });

  it("D5: is that of a failure if RUN does not have the input, and there is no room for both, or none for the output", () => {
    expect(entry(longest, room - longest + 1).slice(0, 2)).toEqual(["rejected", longest]);
    const long = longest + 1;
    expect(entry(long, room + 1).slice(0, 2)).toEqual(["rejected", long]);
    const short = { connection: {} } as unknown as Link;
    expect(roomIn(short)).toBe(room);
  });
});
