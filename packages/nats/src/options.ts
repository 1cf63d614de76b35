// The options of a pool. They are stored with it, on the server, by the process that creates it.

/** Options of a `DistributedPool`: of the pool as such, not of the process that opens it. */
export interface DistributedPoolOptions {
  /** How many jobs may wait, beside those in progress: a positive integer; 1000 by default. */
  readonly queueSize?: number | undefined;
  /**
   * How many results may lie unread before workers of an open pool wait for a reader: a positive
   * integer or `Infinity`; 10,000 by default.
   */
  readonly finishedSize?: number | undefined;
  /**
   * For how many ms a worker has a job without a word. It renews this while the job runs; when the
   * process dies, the job is run again after so long. At least 100; 30,000 by default.
   */
  readonly lease?: number | undefined;
  /** How often a job is run again because its process died or its lease ended: ≥ 0; 3 by default. */
  readonly retries?: number | undefined;
  /**
   * For how many ms an `id` is remembered, and what was told kept: at least 100; 120,000 by default.
   */
  readonly dedupe?: number | undefined;
  /**
   * After how many ms without an answer of the server a call is rejected: > 0, or `Infinity`; 30,000 by
   * default.
   */
  readonly timeout?: number | undefined;
}

/** All options. */
export type Settings = { readonly [K in keyof DistributedPoolOptions]-?: number };

/** The number of the layout (server/layout.ts): another one is a pool that this version does not understand. */
const LAYOUT = 3;

const DEFAULTS: Settings = {
  queueSize: 1000,
  finishedSize: 10_000,
  lease: 30_000,
  retries: 3,
  dedupe: 120_000,
  timeout: 30_000,
};

interface Check {
  readonly is: (value: number) => boolean;
  readonly must: string;
}

// The server counts a window of ids from 100 ms on, and a lease is renewed three times in its length.
const MIN_MS = 100;
/** Some 24 days: as long as a timer of the platform can be. */
export const MAX_MS: number = 2 ** 31 - 1;

const positive: Check = {
  is: (value) => Number.isSafeInteger(value) && value >= 1,
  must: "a positive integer",
};
const milliseconds: Check = {
  is: (value) => value >= MIN_MS && value <= MAX_MS,
  must: `milliseconds, from ${MIN_MS} to ${MAX_MS}`,
};

const CHECKS: { readonly [K in keyof Settings]: Check } = {
  queueSize: positive,
  finishedSize: {
    is: (value) => value === Infinity || positive.is(value),
    must: "a positive integer or Infinity",
  },
  lease: milliseconds,
  retries: {
    is: (value) => value === Infinity || (Number.isSafeInteger(value) && value >= 0),
    must: "a whole number or Infinity",
  },
  dedupe: milliseconds,
  timeout: { is: (value) => value > 0, must: "milliseconds, more than 0, or Infinity" },
};

const NAMES = Object.keys(DEFAULTS) as readonly (keyof Settings)[];

/**
 * The options that were given, checked.
 *
 * @throws RangeError if one is out of range.
 * @throws TypeError if one is none of ours.
 */
export function checkOptions(options: DistributedPoolOptions | undefined): Partial<Settings> {
  if (options === undefined) return {};
  if (typeof options !== "object" || (options as unknown) === null) {
    throw new TypeError("the options of a pool must be an object");
  }
  const given: Record<string, number> = {};
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined) continue;
    if (!Object.hasOwn(CHECKS, name)) {
      throw new TypeError(
        `${JSON.stringify(name)} is no option of a pool: there are ${NAMES.join(", ")}`,
      );
    }
    const { is, must } = CHECKS[name as keyof Settings];
    if (typeof value !== "number" || !is(value)) {
      throw new RangeError(`${name} must be ${must}, not ${show(value)}`);
    }
    given[name] = value;
  }
  return given;
}

/** The options of a pool that is created with these. */
export function completed(given: Partial<Settings>): Settings {
  return { ...DEFAULTS, ...given };
}

/** As it stands in the description of a stream; JSON has no Infinity. */
export function store(settings: Settings): string {
  return JSON.stringify({ chankit: LAYOUT, ...settings }, (_, value: unknown) =>
    value === Infinity ? "Infinity" : value,
  );
}

/**
 * What {@link store} was given.
 *
 * @throws Error if this is not what a pool of this version has written.
 */
export function restore(description: string | undefined, pool: string): Settings {
  let stored: Partial<Record<string, unknown>> = {};
  try {
    stored = JSON.parse(description ?? "") as typeof stored;
  } catch {
    // Told below.
  }
  if (stored["chankit"] !== LAYOUT) {
    throw new Error(
      `the stream of pool ${JSON.stringify(pool)} was not made by this version of @chankit/nats`,
    );
  }
  return Object.fromEntries(
    NAMES.map((name) => [name, Number(stored[name])]),
  ) as unknown as Settings;
}

/** @throws Error if a pool that exists with `stored` cannot be what was asked for; it names all differences. */
export function compare(stored: Settings, given: Partial<Settings>, pool: string): void {
  const differences = NAMES.filter(
    (name) => given[name] !== undefined && given[name] !== stored[name],
  ).map((name) => `${name} ${stored[name]}, not ${String(given[name])}`);
  if (differences.length === 0) return;
  throw new Error(
    `pool ${JSON.stringify(pool)} exists with ${differences.join(", and ")}: leave these options out to join it as it is`,
  );
}

function show(value: unknown): string {
  if (typeof value === "string") return `${JSON.stringify(value)} (a string)`;
  return typeof value === "number" || typeof value === "bigint"
    ? String(value)
    : `a ${typeof value}`;
}
