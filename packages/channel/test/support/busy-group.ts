import { jest } from "@jest/globals";

import { Group } from "../../src/sync/group.js";
import { Gate } from "./gate.js";

/** A group with a signal from outside, one function that runs and one that waits for its turn. */
export function busyGroup(): {
  outer: AbortController;
  group: Group;
  running: Gate;
  started: Promise<boolean>[];
  waiting: jest.Mock;
} {
  const outer = new AbortController();
  const group = new Group({ limit: 1, signal: outer.signal });
  const running = new Gate();
  const waiting = jest.fn();
  const started = [group.go(() => running.promise), group.go(waiting)];
  return { outer, group, running, started, waiting };
}
