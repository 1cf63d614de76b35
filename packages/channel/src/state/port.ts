// The seam between channels and the code that uses them: what `recv`, `send` and `select` need to know
// of a channel, whatever its kind. Behind it everything is synchronous and free of promises; in
// front of it nothing touches the state of a channel.
//
//   Chan, CustomChan (faces)      select
//            \                      /
//             RecvPort, SendPort        <- this file
//            /                      \
//   ChannelCore                  CustomCore

import type { Received } from "./types.js";
import type { WaitQueue } from "./wait-queue.js";

/** Where one receives from. */
export interface RecvPort<out T> {
  /** For reports: the channel that this is behind. */
  of?: object | undefined;
  /** For reports: a wait for it is a daemon's if this is false. */
  readonly ref?: boolean | undefined;
  /** Receives if that can be done at once; `undefined` if the receiver would have to wait. */
  tryRecv(): Received<T> | undefined;
  /** Where to wait after `tryRecv` has said no, before any other code runs. */
  readonly receivers: WaitQueue;
}

/** Where one sends to. */
export interface SendPort<in T> {
  /** Sends if that can be done at once; throws if the channel is closed. */
  readonly trySend: (value: T) => boolean;
  /** Where to wait after `trySend` has said no, before any other code runs. */
  readonly senders: WaitQueue;
}

/** What is behind a channel; it has `senders` if the channel can be sent to. */
export type Port<R, S> = RecvPort<R> & {
  readonly [K in keyof SendPort<S>]?: SendPort<S>[K] | undefined;
};
