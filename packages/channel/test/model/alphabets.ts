// What may be called in a state: the letters of which `explore` makes all words.

import type { Alphabet } from "./explore.js";
import type { Letter } from "./letter.js";
import type { Call, Case, State } from "./model.js";

const A = 0;
const B = 1;

/** One channel: all operations, a select that could meet itself, aborts of each earlier operation. */
export const oneChannel: Alphabet = (state) => {
  const [recv, send] = [receiving(A), sending(state, A)];
  return [
    ...waits(state, recv, send, { do: "select", cases: [recv, send] }),
    { call: { ...recv, do: "tryRecv" } },
    { call: { ...send, do: "trySend" } },
    { call: { do: "close", chan: A } },
    ...aborts(state),
  ];
};

/** One channel: aborts of all kinds, and selects that name it more than once. */
export const oneChannelRacing: Alphabet = (state) => {
  const [recv, send, other] = [receiving(A), sending(state, A), sending(state, A, 1)];
  const [oldest, aborted] = [state.waiting[0]?.signal, state.aborted[0]];
  const letters: Letter[] = [
    ...waits(state, recv, send),
    ...waits(state, select(recv, recv), select(send, other), select(recv, send, recv)),
    { call: { do: "trySelect", cases: [recv, send, other] } },
    { call: { do: "close", chan: A } },
    ...aborts(state),
  ];
  if (oldest !== undefined) {
    const inAbort: Call[] = [
      { ...recv, do: "tryRecv" },
      { ...send, do: "trySend" },
      { do: "close", chan: A },
    ];
    letters.push(...inAbort.map((call) => ({ call, inAbort: oldest })));
  }
  if (aborted !== undefined) {
    letters.push({ call: { ...recv, signal: aborted } });
    letters.push({ call: { ...select(recv, send), signal: aborted } });
  }
  return letters;
};

/** Two channels and eight shapes of select. */
export const twoChannels: Alphabet = (state) => {
  const [recvA, recvB] = [receiving(A), receiving(B)];
  const [sendA, sendB, other] = [sending(state, A), sending(state, B, 1), sending(state, A, 2)];
  const waiting = state.waiting.map((one) => one.signal!);
  const letters: Letter[] = [
    ...waits(state, recvA, recvB, sendA, sendB),
    ...waits(
      state,
      select(recvA, recvB),
      select(sendA, sendB),
      select(recvA, sendB),
      select(sendA, recvB),
      select(recvA, sendA),
      select(recvA, recvA, recvB),
      select(sendA, undefined, other),
      select(recvB),
    ),
    { call: { do: "trySelect", cases: [recvA, sendB] } },
    { call: { do: "close", chan: A } },
    { call: { do: "close", chan: B } },
  ];
  const ends = new Set([waiting[0], waiting.at(-1)]);
  for (const signal of ends)
    if (signal !== undefined) letters.push({ call: { do: "abort", signal } });
  return letters;
};

function receiving(chan: number) {
  return { do: "recv", chan } as const;
}

/** Every value is another one, and tells which call and case has sent it. */
function sending(state: State, chan: number, key = 0) {
  return { do: "send", chan, value: 10 * state.calls + key } as const;
}

function select(...cases: Case[]) {
  return { do: "select", cases } as const;
}

/** Calls that may wait, each with a signal of its own. */
function waits(state: State, ...calls: Call[]): Letter[] {
  return calls.map((call) => ({ call: { ...call, signal: state.calls } }));
}

/** Aborts of all signals so far: of those that wait, and of those that have settled. */
function aborts(state: State): Letter[] {
  const found: Letter[] = [];
  for (let signal = 0; signal < state.calls; signal++) {
    if (!state.aborted.includes(signal)) found.push({ call: { do: "abort", signal } });
  }
  return found;
}
