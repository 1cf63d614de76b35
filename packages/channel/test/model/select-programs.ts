// Programs of three processes with three operations each, on channels and selects.

import {
  A,
  abort,
  abortable,
  abortAfter,
  B,
  C,
  close,
  does,
  program,
  recv,
  select,
  send,
  start,
  tryRecv,
  trySelect,
} from "./calls.js";
import { count, type Event, type History, received, sent } from "./history.js";
import type { Process, Program } from "./processes.js";

const outcomes = ({ events }: History, what: Event["call"]["do"]) =>
  events.filter(({ call }) => call.do === what).map(({ outcome }) => outcome?.what);

/** Programs with select. */
export const selecting: readonly Program[] = [
  program(
    "selects that cross each other meet in one channel at a time",
    [0, 0],
    () => [
      does(...[1, 2, 3].map((i) => select(recv(A), send(B, `a${i}`)))),
      does(...[1, 2, 3].map((i) => select(send(A, `b${i}`), recv(B)))),
      does(recv(B), send(A, "c1"), recv(A)),
    ],
    (h) => sent(h).length === received(h).length,
  ),
  program(
    "a select never meets itself, but meets others like it",
    [0],
    () =>
      ["a", "b", "c"].map((who) =>
        does(...[1, 2, 3].map((i) => select(recv(A), send(A, `${who}${i}`)))),
      ),
    (h) => sent(h).length === received(h).length && count(h, undefined) <= 1,
  ),
  program(
    "a select that names a channel twice takes one value",
    [0, 1],
    () => [
      does(...[1, 2, 3].map(() => select(recv(A), recv(A), recv(B)))),
      does(send(A, "b1"), send(A, "b2"), send(A, "b3")),
      does(send(B, "c1"), tryRecv(A), close(A)),
    ],
    (h) => received(h).length <= 4,
  ),
  program(
    "a select of two sends to one channel sends one of the values",
    [1],
    () => [
      does(...[1, 2, 3].map((i) => select(send(A, `a${i}`), send(A, `a${i}'`)))),
      does(recv(A), recv(A), recv(A)),
      does(tryRecv(A), select(recv(A), send(A, "c")), tryRecv(A)),
    ],
    () => true,
  ),
  program(
    "a select does not say that it would wait while there is always something ready",
    [1, 1, 0],
    () => [
      does(send(A, "a1"), trySelect(recv(A), recv(B)), tryRecv(C)),
      does(send(B, "b1"), tryRecv(A), tryRecv(C)),
      does(tryRecv(C), tryRecv(C), tryRecv(C)),
    ],
    (h) => outcomes(h, "trySelect")[0] === "received",
  ),
  program(
    "a select does not say that it would wait while there is always something ready or closed",
    [1, 1, 0],
    () => [
      does(send(A, "a1"), trySelect(recv(A), recv(B)), tryRecv(C)),
      does(close(B), tryRecv(A), tryRecv(C)),
      does(tryRecv(C), tryRecv(C), tryRecv(C)),
    ],
    (h) => ["received", "closed"].includes(outcomes(h, "trySelect")[0] ?? ""),
  ),
  program(
    "closing `done` ends all selects on it, and no job is lost",
    [0, 0],
    () => [
      does(...[1, 2, 3].map(() => select(recv(A), recv(B)))),
      does(...[1, 2, 3].map((i) => select(send(A, `job ${i}`), recv(B)))),
      does(tryRecv(A), close(B), select(recv(A), recv(B))),
    ],
    (h) => count(h, undefined) === 0,
  ),
  program(
    "a close of one channel wakes a select that waits on both its sides as a receive",
    [0],
    () => [
      does(select(recv(A), send(A, "a1")), select(send(A, "a2"), recv(A)), tryRecv(A)),
      does(tryRecv(A), close(A), tryRecv(A)),
      does(trySelect(recv(A), send(A, "c1")), tryRecv(A), tryRecv(A)),
    ],
    (h) => count(h, undefined) === 0,
  ),
  program(
    "a select that is aborted has touched no channel",
    [0, 1],
    () => [
      does(
        start(abortable(1, select(recv(A), send(B, "a1")))),
        start(abortable(2, select(recv(B), recv(A)))),
        start(abortable(3, select(send(A, "a3"), recv(B)))),
      ),
      does(send(A, "b1"), recv(B), recv(A)),
      does(abort(2), abortAfter(1, tryRecv(B)), abort(3)),
    ],
    (h) => outcomes(h, "select").every((what) => what !== undefined),
  ),
  {
    guarantee: "a case that is switched off is out of the way: a proxy passes all on",
    channels: [{ cap: 0 }, { cap: 0 }],
    start: () => {
      const held: unknown[] = [];
      function* proxies(): Process {
        for (let i = 0; i < 3; i++) {
          const out = held.length > 0 ? send(B, held[0]) : undefined;
          const outcome = yield { call: select(recv(A), out) };
          if (outcome?.what === "received") held.push(outcome.value);
          else held.shift();
        }
      }
      const processes = {
        source: does(send(A, "1"), send(A, "2"), tryRecv(A)),
        proxy: proxies(),
        sink: does(recv(B), recv(B), tryRecv(B)),
      };
      return { processes, holds: () => held.length <= 2 };
    },
  },
];
