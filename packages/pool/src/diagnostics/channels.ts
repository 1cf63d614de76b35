// The channels of `node:diagnostics_channel`, without an import of `node:`: what is published has no types
// of Node in its declarations.

/** A channel, as far as it is used. */
interface DiagnosticsChannel {
  readonly hasSubscribers: boolean;
  publish(message: object): void;
  runStores<T>(message: object, fn: () => T): T;
}

interface Channels {
  readonly start: DiagnosticsChannel;
  readonly end: DiagnosticsChannel;
  readonly asyncStart: DiagnosticsChannel;
  readonly asyncEnd: DiagnosticsChannel;
  readonly error: DiagnosticsChannel;
  readonly pools: DiagnosticsChannel;
}

interface DiagnosticsModule {
  channel(name: string): DiagnosticsChannel;
  tracingChannel(name: string): Omit<Channels, "pools">;
}

/**
 * The tracing channel of jobs, and the channel of pools.
 *
 * @throws Error where the host has none.
 */
export function channelsOf(prefix: string): Channels {
  const { process } = globalThis as unknown as {
    readonly process?: { getBuiltinModule?(name: string): DiagnosticsModule | undefined };
  };
  const module = process?.getBuiltinModule?.("node:diagnostics_channel");
  if (module === undefined) {
    throw new Error(
      "@chankit/pool/diagnostics needs node:diagnostics_channel, of Node, Deno or Bun",
    );
  }
  const { start, end, asyncStart, asyncEnd, error } = module.tracingChannel(`${prefix}:job`);
  return { start, end, asyncStart, asyncEnd, error, pools: module.channel(`${prefix}:pool`) };
}
