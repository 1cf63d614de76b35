// S8: a plain operation, a select of one case, and a select with more, never-ready cases are the
// same. Tests of operations run through all three, as those of Go's test/closedchan.go do.

import { type Case, send } from "../../src/select/cases.js";
import { Chan } from "../../src/chan/chan.js";
import type { Received, RecvChan, SendChan, WaitOptions } from "../../src/state/types.js";
import { select, trySelect } from "../../src/select/select.js";

/** One form of the four operations. */
export interface Form {
  readonly name: string;
  /** Channels in never-ready cases: nothing may ever remain in them. */
  readonly bystanders: readonly Chan<unknown>[];
  recv<T>(chan: RecvChan<T>, options?: WaitOptions): Promise<Received<T>>;
  send<T>(chan: SendChan<T>, value: T, options?: WaitOptions): Promise<void>;
  tryRecv<T>(chan: RecvChan<T>): Received<T> | undefined;
  trySend<T>(chan: SendChan<T>, value: T): boolean;
}

const plain: Form = {
  name: "the plain operation",
  bystanders: [],
  recv: (chan, options) => chan.recv(options),
  send: (chan, value, options) => chan.send(value, options),
  tryRecv: (chan) => chan.tryRecv(),
  trySend: (chan, value) => chan.trySend(value),
};

function selecting(name: string, before: Cases, after: Cases, bystanders: Chan<unknown>[]): Form {
  const around = (it: Case): Cases => ({ ...before, it, ...after });
  return {
    name,
    bystanders,
    recv: <T>(chan: RecvChan<T>, options?: WaitOptions) =>
      select(around(chan), options).then(withoutKey<T>),
    send: (chan, value, options) => select(around(send(chan, value)), options).then(expectSent),
    tryRecv: <T>(chan: RecvChan<T>) => {
      const chosen = trySelect(around(chan));
      return chosen && withoutKey<T>(chosen);
    },
    trySend: (chan, value) => {
      const chosen = trySelect(around(send(chan, value)));
      if (chosen !== undefined) expectSent(chosen);
      return chosen !== undefined;
    },
  };
}

type Cases = Record<string, Case>;
interface Chosen {
  readonly key: string;
  readonly ok: boolean;
  readonly value: unknown;
  readonly done: boolean;
}

function withoutKey<T>({ key, ...received }: Chosen): Received<T> {
  if (key !== "it") throw new Error(`${key} was chosen`);
  return received as Received<T>;
}

function expectSent(chosen: Chosen): void {
  const { ok, value, done }: Omit<Chosen, "key"> = withoutKey(chosen);
  if (!ok || value !== undefined || done) throw new Error("this is not what a send gives");
}

const empty = new Chan<unknown>();
const full = new Chan<unknown>(1);
full.trySend("full");

/** The three forms. */
export const forms: readonly Form[] = [
  plain,
  selecting("a select of one case", {}, {}, []),
  selecting(
    "a select with more, never-ready cases",
    { empty, nil: null, twice: empty },
    { off: false, full: send(full, "?"), again: send(full, "!"), last: send(undefined, "?") },
    [empty, full],
  ),
];
