// The declarations speak of `Disposable`, which few projects have switched on yet.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * Go-style channels: `Chan`, `select` and what goes with them. A task is an async function; tasks
 * talk over channels, and each operation either takes effect at once or waits for its turn.
 *
 * @packageDocumentation
 * @module @chankit/channel
 */

export { type Abortable, type AbortLink, onAbort } from "./abort.js";
export { after } from "./after.js";
export { Chan, type ChanOptions } from "./chan.js";
export {
  type Case,
  type Cases,
  type CasesOf,
  type Nil,
  send,
  type SendCase,
  type Selected,
} from "./cases.js";
export { CustomChan, CustomRecvChan } from "./custom-chan.js";
export type { Received, RecvChan, SendChan, WaitOptions } from "./directions.js";
export { ChannelClosedError } from "./errors.js";
export { gosched } from "./gosched.js";
export { Group, type GroupOptions } from "./group.js";
export { Limiter, type LimiterOptions } from "./limiter.js";
export { select, trySelect } from "./select.js";
export { Mutex, type Permit, Semaphore } from "./semaphore.js";
export { Ticker } from "./ticker.js";
export type { TimerOptions } from "./timer.js";
export { WaitGroup } from "./wait-group.js";
