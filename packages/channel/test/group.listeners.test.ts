import { describe, expect, it } from "@jest/globals";

import { Group } from "../src/group.js";
import { busyGroup } from "./support/busy-group.js";
import { settle } from "./support/settle.js";
import { aborted, countCalls, listeners, reason } from "./support/signals.js";

const failure = new Error("failure");

describe("abort listeners of a Group", () => {
  it("C7: there is one, however many groups and functions there are, and none after wait", async () => {
    const { signal } = new AbortController();
    const calls = countCalls(signal);
    const groups = Array.from({ length: 1000 }, () => new Group({ limit: 1, signal }));
    for (const group of groups) for (let i = 0; i < 3; i++) void group.go(() => i);
    expect(listeners(signal)).toBe(1);

    await Promise.all(groups.map((group) => group.wait()));

    expect(listeners(signal)).toBe(0);
    expect(calls).toEqual({ added: 1, removed: 1 });
  });

  it("C7: there is none after a wait that rejects", async () => {
    const { signal } = new AbortController();
    const group = new Group({ signal });

    void group.go(() => Promise.reject(failure));
    await expect(group.wait()).rejects.toBe(failure);

    expect(listeners(signal)).toBe(0);
  });

  it("C7: there is none once the group has failed, though nobody waits for it", async () => {
    const { signal } = new AbortController();
    const group = new Group({ signal });

    await group.go(() => Promise.reject(failure));
    await settle();

    expect(listeners(signal)).toBe(0);
    await expect(group.wait()).rejects.toBe(failure);
  });

  it("C7: there is none once the signal is aborted", async () => {
    const { outer, group, running } = busyGroup();

    outer.abort(reason);

    expect(listeners(outer.signal)).toBe(0);
    running.open(1);
    await expect(group.wait()).rejects.toBe(reason);
  });

  it("C7: there is none on the group's own signal while functions wait for their turn", async () => {
    const { group, running } = busyGroup();

    expect(listeners(group.signal)).toBe(0);

    running.open(1);
    await group.wait();
  });

  it("C7: there is none if the signal is aborted already", () => {
    const signal = aborted();
    const calls = countCalls(signal);

    new Group({ signal });

    expect(calls).toEqual({ added: 0, removed: 0 });
  });
});
