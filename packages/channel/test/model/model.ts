// What channels do, as one pure function over plain arrays: `step(state, call, pick)` gives the next
// state, and what settles, in which order. It is written to be read and to be compared with, and
// shares no code with `src`. The number of a call, counted from 0, names the operation.

/** A waiter: case `key` of operation `op`. */
export interface Waiting {
  readonly op: number;
  readonly key: number;
  readonly value: unknown;
}

export interface Channel {
  readonly cap: number;
  readonly overflow: "block" | "dropOldest" | "dropNewest";
  closed: boolean;
  buffer: unknown[];
  senders: Waiting[];
  receivers: Waiting[];
}

export interface State {
  calls: number;
  channels: Channel[];
  /** The operations that wait, in order, each with its signal. */
  waiting: { readonly op: number; readonly signal: number | undefined }[];
  aborted: number[];
}

export type Case =
  | { readonly do: "recv"; readonly chan: number }
  | { readonly do: "send"; readonly chan: number; readonly value: unknown }
  | undefined; // switched off

export type Call = { readonly signal?: number } & (
  | NonNullable<Case>
  | { readonly do: "tryRecv"; readonly chan: number }
  | { readonly do: "trySend"; readonly chan: number; readonly value: unknown }
  | { readonly do: "select" | "trySelect"; readonly cases: readonly Case[] }
  | { readonly do: "close"; readonly chan: number }
  | { readonly do: "abort"; readonly signal: number }
);

/** `failed` is Go's panic; `blocked` is what a try gives where the operation would wait. */
export type Outcome =
  | { readonly what: "received"; readonly key: number; readonly value: unknown }
  | { readonly what: "sent" | "closed"; readonly key: number }
  | { readonly what: "failed"; readonly error: string }
  | { readonly what: "aborted" | "blocked" | "done" };

export interface Step {
  readonly state: State;
  readonly settled: readonly { readonly op: number; readonly outcome: Outcome }[];
}

/** Makes a random choice among `keys`. The caller may decide, or try all. */
export type Pick = (keys: readonly number[]) => number;

export function step(before: State, call: Call, pick: Pick): Step {
  const state = copy(before);
  const { channels } = state;
  const op = state.calls++;
  const settled: { op: number; outcome: Outcome }[] = [];

  /** What settles, waits nowhere any more. */
  function settle(op: number, outcome: Outcome): void {
    state.waiting = state.waiting.filter((one) => one.op !== op);
    for (const channel of channels) {
      channel.senders = channel.senders.filter((one) => one.op !== op);
      channel.receivers = channel.receivers.filter((one) => one.op !== op);
    }
    settled.push({ op, outcome });
  }

  function send(
    key: number,
    { closed, cap, overflow, buffer, receivers }: Channel,
    value: unknown,
  ) {
    const receiver = receivers[0];
    if (closed) {
      settle(op, { what: "failed", error: "send on closed channel" });
      return;
    }
    if (receiver) settle(receiver.op, { what: "received", key: receiver.key, value });
    else if (buffer.length < cap || overflow === "dropOldest") buffer.push(value);
    if (buffer.length > cap) buffer.shift();
    settle(op, { what: "sent", key });
  }

  function receive(key: number, { buffer, senders }: Channel) {
    const sender = senders[0];
    if (sender) {
      buffer.push(sender.value);
      settle(sender.op, { what: "sent", key: sender.key });
    }
    if (buffer.length === 0) settle(op, { what: "closed", key });
    else settle(op, { what: "received", key, value: buffer.shift() });
  }

  function isReady(one: NonNullable<Case>): boolean {
    const { closed, cap, overflow, buffer, senders, receivers } = channels[one.chan]!;
    if (one.do === "recv") return closed || buffer.length > 0 || senders.length > 0;
    return closed || receivers.length > 0 || buffer.length < cap || overflow !== "block";
  }

  /** Commits one of the cases that are ready, else parks all of them, in random order. */
  function choose(cases: readonly Case[], mayWait: boolean): void {
    let keys = [...cases.keys()].filter((key) => cases[key]);
    const ready = keys.filter((key) => isReady(cases[key]!));
    if (state.aborted.includes(call.signal!)) {
      settle(op, { what: "aborted" });
    } else if (ready.length > 0) {
      const key = pick(ready);
      const one = cases[key]!;
      if (one.do === "send") send(key, channels[one.chan]!, one.value);
      else receive(key, channels[one.chan]!);
    } else if (mayWait) {
      state.waiting.push({ op, signal: call.signal });
      while (keys.length > 0) {
        const key = pick(keys);
        const one = cases[key]!;
        keys = keys.filter((other) => other !== key);
        if (one.do === "recv") channels[one.chan]!.receivers.push({ op, key, value: undefined });
        else channels[one.chan]!.senders.push({ op, key, value: one.value });
      }
    } else {
      settle(op, { what: "blocked" });
    }
  }

  /** Receivers first: a select that waits on both sides ends as a receive. */
  function close(channel: Channel): void {
    if (channel.closed) {
      settle(op, { what: "failed", error: "close of closed channel" });
      return;
    }
    channel.closed = true;
    for (let r; (r = channel.receivers[0]);) settle(r.op, { what: "closed", key: r.key });
    for (let s; (s = channel.senders[0]);) {
      settle(s.op, { what: "failed", error: "send on closed channel" });
    }
    settle(op, { what: "done" });
  }

  /** Ends what waits with the signal, and whatever is called with it from now on. */
  function abort(signal: number): void {
    state.aborted.push(signal);
    const waiting = state.waiting.filter((one) => one.signal === signal);
    for (const one of waiting) settle(one.op, { what: "aborted" });
    settle(op, { what: "done" });
  }

  // A plain operation is a select of one case. The caller settles after those that it has woken.
  switch (call.do) {
    case "recv":
    case "send":
      choose([call], true);
      break;
    case "tryRecv":
      choose([{ ...call, do: "recv" }], false);
      break;
    case "trySend":
      choose([{ ...call, do: "send" }], false);
      break;
    case "select":
    case "trySelect":
      choose(call.cases, call.do === "select");
      break;
    case "close":
      close(channels[call.chan]!);
      break;
    case "abort":
      abort(call.signal);
  }
  return { state, settled };
}

export function open(...channels: { cap: number; overflow?: Channel["overflow"] }[]): State {
  const empty = { closed: false, buffer: [], senders: [], receivers: [] };
  const opened = channels.map(({ cap, overflow = "block" }) => ({ cap, overflow, ...empty }));
  return copy({ calls: 0, channels: opened, waiting: [], aborted: [] });
}

function copy({ calls, channels, waiting, aborted }: State): State {
  return {
    calls,
    channels: channels.map((channel) => ({
      ...channel,
      buffer: [...channel.buffer],
      senders: [...channel.senders],
      receivers: [...channel.receivers],
    })),
    waiting: [...waiting],
    aborted: [...aborted],
  };
}
