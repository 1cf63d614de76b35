// The ways in which tasks receive and send. Each is a loop body: it is called until it gives nothing.

import { after, gosched, select, send, trySelect } from "../../packages/channel/dist/esm/index.js";

/** Ways to receive from one channel: the outcome of the next receive. */
export const receivers = {
  plain: ({ chan }) => chan.recv(),

  trying: async ({ chan }) => {
    await gosched();
    return chan.tryRecv() ?? chan.recv();
  },

  iterating({ chan }) {
    this.iterator ??= chan[Symbol.asyncIterator]();
    return this.iterator.next().then(({ value, done }) => ({ ok: done !== true, value }));
  },

  /** Begins a new loop whenever its signal has ended the old one. */
  looping({ chan }, { chaos, tally }) {
    return chaos.untilDone(tally, async (signal) => {
      for await (const value of chan.values({ signal })) return { ok: true, value };
      return { ok: false };
    });
  },

  impatient: ({ chan }, { chaos, tally }) =>
    chaos.untilDone(tally, (signal) => chan.recv({ signal })),

  timing: async ({ chan }, { tally }) => {
    for (;;) {
      tally.selects++;
      const chosen = await select({ chan, timeout: after(1) });
      if (chosen.key === "chan") return chosen;
      tally.timeouts++;
    }
  },

  selecting: async ({ chan }, { chaos, tally }) =>
    chaos.untilDone(tally, (signal) => {
      tally.selects++;
      return select([undefined, chan, chan], { signal });
    }),
};

/** Ways to send to one channel, which is told by itself when something was sent. */
export const senders = {
  plain: ({ chan }, envelope) => chan.send(envelope),

  trying: async ({ chan }, envelope) => {
    await gosched();
    return chan.trySend(envelope) || chan.send(envelope);
  },

  impatient: ({ chan }, envelope, { chaos, tally }) =>
    chaos.untilDone(tally, (signal) => chan.send(envelope, { signal })),

  selecting: ({ chan }, envelope, { chaos, tally }) =>
    chaos.untilDone(tally, (signal) => {
      tally.selects++;
      return select({ off: undefined, out: send(chan, envelope) }, { signal });
    }),

  trySelecting: async ({ chan }, envelope, { tally }) => {
    tally.selects++;
    await gosched();
    return trySelect([send(chan, envelope)]) ?? chan.send(envelope);
  },
};
