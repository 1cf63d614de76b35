// Programs of three processes with three operations each, on plain channels.

import {
  A,
  abort,
  abortable,
  abortAfter,
  B,
  close,
  does,
  program,
  recv,
  send,
  start,
  tryRecv,
  trySend,
} from "./calls.js";
import { count, type History, received, sent } from "./history.js";
import type { Process, Program } from "./processes.js";

const sends = (...values: unknown[]): Process => does(...values.map((value) => send(A, value)));
const receives = (n: number): Process => does(...Array.from({ length: n }, () => recv(A)));

/** Programs that share a channel without ending it. */
export const sharing: readonly Program[] = [
  program(
    "a rendezvous completes as many sends as receives",
    [0],
    () => [sends("a1", "a2", "a3"), sends("b1", "b2", "b3"), receives(3)],
    (h) => sent(h).length === 3 && received(h).length === 3,
  ),
  program(
    "a buffer lets as many more sends complete as it has room",
    [2],
    () => [sends("a1", "a2", "a3"), sends("b1", "b2", "b3"), receives(3)],
    (h) => sent(h).length === 5 && received(h).length === 3 && count(h, undefined) === 1,
  ),
  program(
    "receivers share the values of a channel",
    [1],
    () => [sends("a1", "a2", "a3"), receives(3), receives(3)],
    (h) => received(h).length === 3 && sent(h).length === 3,
  ),
  program(
    "operations that only try take and leave what others wait for",
    [1],
    () => [
      does(trySend(A, "a1"), trySend(A, "a2"), trySend(A, "a3")),
      does(tryRecv(A), tryRecv(A), tryRecv(A)),
      does(send(A, "b1"), recv(A), send(A, "b2")),
    ],
    () => true,
  ),
  program(
    "a request is answered by the process that got it",
    [0, 0],
    () => [
      does(send(A, "question"), recv(B)),
      does(recv(A), send(B, "answer"), tryRecv(B)),
      does(tryRecv(A), tryRecv(A), tryRecv(A)),
    ],
    (h) => {
      const [, answer] = h.events.filter(({ process }) => process === "0");
      const stolen = h.events.some((e) => e.process === "2" && e.outcome?.what === "received");
      return stolen !== (answer?.outcome?.what === "received");
    },
  ),
  {
    guarantee: "a channel with one place is a mutex",
    channels: [{ cap: 1 }, { cap: 1 }],
    start: () => {
      let inside = 0;
      let most = 0;
      function* enters(name: string): Process {
        yield { call: send(A, name) };
        most = Math.max(most, ++inside);
        yield { call: tryRecv(B) };
        inside--;
        yield { call: recv(A) };
      }
      const processes = { a: enters("a"), b: enters("b"), c: enters("c") };
      return { processes, holds: (h) => most === 1 && count(h, undefined) === 0 };
    },
  },
  {
    guarantee: "a channel with two places lets two inside",
    channels: [{ cap: 2 }, { cap: 1 }],
    start: () => {
      let inside = 0;
      function* enters(name: string): Process {
        yield { call: send(A, name) };
        if (++inside > 2) throw new Error("three are inside");
        yield { call: tryRecv(B) };
        inside--;
        yield { call: recv(A) };
      }
      const processes = { a: enters("a"), b: enters("b"), c: enters("c") };
      return { processes, holds: (h) => count(h, undefined) === 0 };
    },
  },
  ...(["dropOldest", "dropNewest"] as const).map((overflow): Program => ({
    guarantee: `no sender waits where a full buffer means ${overflow}`,
    channels: [{ cap: 1, overflow }],
    start: () => ({
      processes: {
        a: sends("a1", "a2", "a3"),
        b: does(trySend(A, "b1"), trySend(A, "b2"), trySend(A, "b3")),
        c: does(tryRecv(A), recv(A), recv(A)),
      },
      holds: (h) => sent(h).length === 6,
    }),
  })),
];

/** Programs that race with the end of a channel or of a wait. */
export const ending: readonly Program[] = [
  ...[0, 1].map((cap) =>
    program(
      `close leaves no waiter, with cap ${cap}`,
      [cap],
      () => [sends("a1", "a2", "a3"), receives(3), does(tryRecv(A), close(A), recv(A))],
      (h) => count(h, undefined) === 0 && count(h, "done") === 1,
    ),
  ),
  program(
    "of several that close a channel one succeeds",
    [1],
    () => [
      does(send(A, "a1"), close(A), send(A, "a2")),
      does(recv(A), close(A), recv(A)),
      does(trySend(A, "c1"), close(A), tryRecv(A)),
    ],
    (h) => {
      const closes = h.events.filter(({ call }) => call.do === "close");
      const failed = closes.filter(({ outcome }) => outcome?.what === "failed");
      return failed.length === closes.length - 1 && count(h, undefined) === 0;
    },
  ),
  program(
    "a receive that is aborted takes nothing",
    [0],
    () => [
      does(start(abortable(1, recv(A))), start(abortable(2, recv(A))), recv(A)),
      sends("b1", "b2", "b3"),
      does(abort(2), abort(1), tryRecv(A)),
    ],
    (h) => sent(h).length === received(h).length,
  ),
  program(
    "a send that is aborted leaves nothing",
    [1],
    () => [
      does(start(abortable(1, send(A, "a1"))), start(abortable(2, send(A, "a2"))), send(A, "a3")),
      receives(3),
      does(abort(1), abort(2), trySend(A, "c1")),
    ],
    (h) => h.events.every(({ call, outcome }) => outcome?.what !== "aborted" || isNowhere(h, call)),
  ),
  program(
    "an operation whose signal is aborted takes no part in what another listener does",
    [0],
    () => [
      does(start(abortable(1, recv(A))), start(abortable(2, recv(A))), recv(A)),
      does(start(abortable(3, send(A, "b1"))), start(abortable(4, send(A, "b2"))), send(A, "b3")),
      does(abortAfter(1, trySend(A, "c1")), abortAfter(3, tryRecv(A)), abortAfter(2, close(A))),
    ],
    (h) => h.events.every(({ call, outcome }) => outcome?.what !== "aborted" || isNowhere(h, call)),
  ),
  program(
    "one signal withdraws all that wait with it",
    [0, 0],
    () => [
      does(start(abortable(1, recv(A))), start(abortable(1, send(B, "a1"))), abortable(1, recv(A))),
      does(send(A, "b1"), tryRecv(B), send(A, "b2")),
      does(tryRecv(B), abort(1), tryRecv(A)),
    ],
    (h) => h.events.every(({ call, outcome }) => call.signal !== 1 || outcome !== undefined),
  ),
];

function isNowhere(history: History, call: Parameters<typeof start>[0]): boolean {
  const { value } = call as { value?: unknown };
  return value === undefined || received(history).every((transfer) => transfer.value !== value);
}
