import { describe, expect, it } from "@jest/globals";

import { isNoResponders, isTransient } from "../src/errors.js";
import * as entry from "../src/index.js";

describe("errors of the server", () => {
  it("D5: are those after which a call is repeated, or not", () => {
    const named = (name: string, cause?: unknown): Error =>
      Object.assign(new Error("", { cause }), { name });
    const coded = (code: number): Error => Object.assign(new Error(), { code });
    const transient = [
      named("JetStreamNotEnabled"),
      named("NoRespondersError"),
      named("RequestError", named("NoRespondersError")),
      named("TimeoutError"),
      named("RequestError", named("TimeoutError")),
      coded(10008),
    ];
    expect(transient.map(isTransient)).toEqual(transient.map(() => true));
    const final = [
      named("Error"),
      named("RequestError", named("Error")),
      coded(10059),
      "TimeoutError",
    ];
    expect(final.map(isTransient)).toEqual(final.map(() => false));
    expect(["x", coded(10008)].map(isNoResponders)).toEqual([false, false]);
  });

  it("D5: and those of the package are what it exports", () => {
    expect(
      Object.values(entry)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["ConnectionClosedError", "Crew", "DistributedPool", "PoolTimeoutError", "serve"]);
  });
});
