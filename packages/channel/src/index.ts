// The declarations speak of `Disposable`, which few projects have switched on yet.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * Go-style channels: `Chan`, `select` and what goes with them. A task is an async function; tasks
 * talk over channels, and each operation either takes effect at once or waits for its turn.
 *
 * @packageDocumentation
 * @module @chankit/channel
 */

export { type AbortRegistration, type AbortTarget, onAbort } from "./wait/abort.js";
export { after } from "./time/after.js";
export { batch, type BatchOptions } from "./flow/batch.js";
export { Broadcast, type BroadcastOptions, type Subscription } from "./flow/broadcast.js";
export { Chan, type ChanOptions } from "./chan/chan.js";
export { ChanPort, type Told } from "./chan/chan-port.js";
export {
  type Case,
  type Cases,
  type CasesOf,
  type Nil,
  send,
  type SendCase,
  type Selected,
} from "./select/cases.js";
export { CustomChan, CustomRecvChan } from "./chan/custom-chan.js";
export type { Received, RecvChan, SendChan, WaitOptions } from "./state/types.js";
export { ChannelClosedError } from "./state/errors.js";
export { gosched } from "./loop/gosched.js";
export { Group, type GroupOptions } from "./sync/group.js";
export { merge } from "./flow/merge.js";
export { pipe, type PipeOptions } from "./flow/pipe.js";
export { Limiter, type LimiterOptions } from "./sync/limiter.js";
export { select, trySelect } from "./select/select.js";
export { Mutex, type Permit, Semaphore } from "./sync/semaphore.js";
export { Ticker } from "./time/ticker.js";
export { Alarm, type TimerOptions } from "./loop/alarm.js";
export { main, named } from "./util/tasks.js";
export { WaitGroup } from "./sync/wait-group.js";
