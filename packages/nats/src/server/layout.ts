// The streams and consumers of a pool: made by the first process that opens it, found by the others.
//
//   stream   retention   bound                      its consumer gives
//   WAIT     workqueue   by its senders (gate.ts)   jobs to crews; its ack_wait is the lease
//   DONE     limits      -                          results to readers
//   RUN, TOLD, SIDE, FAIL: limits, no consumer
//
// A job stays in WAIT until it has ended: it is delivered, its fate is written into RUN, it is run where it is, its
// result is written, and then it is acknowledged. So what a dead crew had comes again from WAIT when its lease has ended.
//
// No stream has a bound of its own: one that has may lose its oldest message when the server is killed,
// and that may be a job that is in progress. `last_seq` of a stream only
// grows, and survives a kill: it is how many entries were ever written, whatever has been forgotten of
// them (tally.ts).

import type { ConsumerConfig, JetStreamManager, StreamConfig } from "@nats-io/jetstream";

import { CODE, isCode, isConsumerMissing, isStreamMissing } from "../errors.js";
import { compare, completed, restore, type Settings, store } from "../options.js";
import type { Link } from "./link.js";
import type { Names } from "./names.js";

/** A pool, as it is found on the server. */
export interface Found {
  readonly settings: Settings;
  /** Tells it from another one that had the name before it. */
  readonly created: string;
}

/** The name of each stream's consumer. */
export const CONSUMER = "chankit";

/** For how many ms one that claims a result has it without a word. */
const HOLD_MS = 2000;

/** How much longer RUN knows the ids of jobs than WAIT, since they get there later. */
const RUN_WINDOW_MS = 60_000;
const FAIL_MIN_AGE_MS = 60_000;

/** Makes the pool, or joins it. */
export async function open(
  link: Link,
  names: Names,
  given: Partial<Settings>,
  timeout: number,
): Promise<Found> {
  const what = `open pool ${JSON.stringify(names.pool)}`;
  return link.call(what, timeout, async (manager) => {
    let found = await find(manager, names);
    if (found === undefined) {
      const settings = completed(given);
      // Last the one by which the pool is found: so there is none with half of its streams.
      await makeRest(manager, names, settings);
      await make(manager, waitConfig(names, settings));
      found = await find(manager, names);
      if (found === undefined) throw new Error("the pool was destroyed while it was opened");
    }
    compare(found.settings, given, names.pool);
    await manager.consumers.add(names.wait, consumerConfig(found.settings.lease));
    return found;
  });
}

/** The pool, if there is one. */
async function find(manager: JetStreamManager, names: Names): Promise<Found | undefined> {
  try {
    const { config, created } = await manager.streams.info(names.wait);
    return { settings: restore(config.description, names.pool), created };
  } catch (error) {
    if (isStreamMissing(error)) return undefined;
    throw error;
  }
}

/**
 * The pool, if there is one, and its jobs can be pulled: that is made last, and a pull that comes before it is lost
 * without a word.
 */
export async function findReady(
  manager: JetStreamManager,
  names: Names,
): Promise<Found | undefined> {
  const found = await find(manager, names);
  if (found === undefined) return undefined;
  try {
    await manager.consumers.info(names.wait, CONSUMER);
    return found;
  } catch (error) {
    if (isConsumerMissing(error)) return undefined;
    throw error;
  }
}

/** The pool takes no more jobs: the subject of WAIT leads nowhere. May be repeated. */
export async function seal(manager: JetStreamManager, names: Names): Promise<void> {
  const { config } = await manager.streams.info(names.wait);
  const sealed = names.subject("sealed");
  if (config.subjects[0] === sealed) return;
  await manager.streams.update(names.wait, { ...config, subjects: [sealed] });
}

/** Removes the pool. */
export async function remove(manager: JetStreamManager, names: Names): Promise<void> {
  // Last the one by which it is found: should this end half way, no other pool is made of the rest.
  for (const stream of names.streams) {
    try {
      await manager.streams.delete(stream);
    } catch (error) {
      if (!isStreamMissing(error)) throw error;
    }
  }
}

async function makeRest(
  manager: JetStreamManager,
  names: Names,
  { lease, dedupe }: Settings,
): Promise<void> {
  const entries = (name: string, ...subjects: string[]): StreamLike => ({ name, subjects });
  await make(manager, {
    ...entries(names.run, names.subject("run", "*")),
    duplicate_window: ns(dedupe + RUN_WINDOW_MS),
  });
  await make(manager, entries(names.done, names.subject("done", "*")));
  await make(manager, entries(names.told, names.subject("told", "*")));
  await make(manager, entries(names.side, names.subject("skip", "*"), names.subject("note", ">")));
  await make(manager, {
    ...entries(names.fail, names.subject("fail", "*")),
    // For as long as the same failure may come to be told again.
    max_age: ns(Math.max(dedupe, 3 * lease, FAIL_MIN_AGE_MS)),
  });
  await manager.consumers.add(names.done, consumerConfig(Math.min(lease, HOLD_MS)));
}

type StreamLike = Partial<StreamConfig> & { readonly name: string };

function waitConfig(names: Names, settings: Settings): StreamLike {
  return {
    name: names.wait,
    subjects: [names.subject("wait")],
    description: store(settings),
    retention: "workqueue",
    duplicate_window: ns(settings.dedupe),
  };
}

function consumerConfig(ackWait: number): Partial<ConsumerConfig> {
  return {
    durable_name: CONSUMER,
    ack_policy: "explicit",
    ack_wait: ns(ackWait),
    max_deliver: -1,
    max_ack_pending: -1,
    max_waiting: 10_000,
  };
}

/** Another process may do the same at the same time. */
async function make(manager: JetStreamManager, config: StreamLike): Promise<void> {
  try {
    await manager.streams.add(config);
  } catch (error) {
    if (isCode(error, CODE.nameInUse)) return;
    if (!isCode(error, CODE.subjectsOverlap)) throw error;
    // The stream that has these subjects may be this one: so the server says to one of two that make it at one time.
    await manager.streams.info(config.name).catch(() => {
      throw error;
    });
  }
}

function ns(ms: number): number {
  return Math.round(ms * 1e6);
}
