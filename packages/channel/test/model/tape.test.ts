import { describe, expect, it } from "@jest/globals";

import { Tape } from "./tape.js";

/** All runs of `act`, as what they give. */
function runs<T>(act: (tape: Tape) => T): T[] {
  const tape = new Tape();
  const found: T[] = [];
  do found.push(act(tape));
  while (tape.next());
  return found;
}

describe("Tape", () => {
  it("makes every sequence of choices, each once", () => {
    const found = runs((tape) => `${tape.choose(2)}${tape.choose(3)}`);

    expect(found).toEqual(["00", "01", "02", "10", "11", "12"]);
  });

  it("follows choices that depend on others", () => {
    const found = runs((tape) => (tape.choose(2) === 0 ? "stop" : `go ${tape.choose(2)}`));

    expect(found).toEqual(["stop", "go 0", "go 1"]);
  });

  it("tells where a run begins to differ from the one before", () => {
    const found = runs((tape) => {
      tape.choose(2);
      tape.choose(2);
      return tape.changed;
    });

    expect(found).toEqual([0, 1, 0, 1]);
  });

  it("tells choices without an effect of their own", () => {
    const found = runs((tape) => {
      const first = tape.choose(2);
      const start = tape.position;
      const isOdd = tape.choose(4) % 2;
      return tape.isNew(start, `odd ${isOdd}`) ? `${first} ${isOdd} ${tape.choose(2)}` : "seen";
    });

    expect(found.filter((one) => one !== "seen")).toEqual([
      "0 0 0",
      "0 0 1",
      "0 1 0",
      "0 1 1",
      "1 0 0",
      "1 0 1",
      "1 1 0",
      "1 1 1",
    ]);
  });
});
