// The declarations speak of `Disposable`, which few projects have switched on yet.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * For tests of code that uses channels: to wait until no task can go on, to find what was left
 * waiting, to run programs in faked time, and to try code with random programs of fast-check.
 *
 * @packageDocumentation
 * @module @chankit/channel/testing
 */

export { type Bubble, bubble } from "./bubble.js";
export { type ChannelProgram, channelPrograms, type ProgramOptions } from "./programs.js";
export type { Ends, ProgramResult } from "./run.js";
export { settle } from "./settle.js";
export { expectNoWaiters, toHaveNoWaiters } from "./waiters.js";
