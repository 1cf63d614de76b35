// What is waited for, as reports tell it. It may be of another copy of the package, or of another
// package that is made of ours: all is read by its looks, and nothing here throws.

import { nameOf, read, tagOf } from "../util/inspect.js";
import { PART_OF } from "../util/part-of.js";
import type { Waiting } from "./waiting.js";

/**
 * What an operation waits for: what is behind a channel (its port), or a group or the like itself. `of` is the
 * channel of a port.
 */
export interface Subject {
  readonly of?: object | undefined;
  readonly ref?: boolean | undefined;
  readonly receivers?: object | undefined;
  readonly senders?: object | undefined;
}

/** What the program knows of a subject: its channel, or that of which it is a part. */
export function ownerOf(subject: Subject): object {
  const thing = subject.of ?? subject;
  const whole = read(() => (thing as { readonly [PART_OF]?: unknown })[PART_OF], undefined);
  return typeof whole === "object" && whole !== null ? whole : thing;
}

/** Whether it is a part of something else. */
export function isPart(subject: Subject): boolean {
  return ownerOf(subject) !== (subject.of ?? subject);
}

/** What is done to a subject by what waits for it in `queue`. */
export function kindOf(subject: Subject, queue: unknown): Waiting["kind"] {
  if (queue === subject.receivers) return "receive";
  if (queue === subject.senders) return "send";
  return "acquire" in subject ? "acquire" : "wait";
}

/** Whether a wait for it is a daemon's. */
export function isDaemon(subject: Subject): boolean {
  return subject.ref === false;
}

/** `Chan "jobs"`. */
export function labelOf(thing: object): string {
  const name = nameOf(thing);
  return name === undefined ? tagOf(thing) : `${tagOf(thing)} ${JSON.stringify(name)}`;
}

const STATE = ["cap", "len", "closed", "count", "available", "locked", "state"] as const;
const STATS = ["waiting", "inProgress", "finished", "blocked"] as const;

/** How `thing` is now, in a few words: "cap 2, len 2". */
export function stateOf(thing: object): string {
  const parts = [
    ...STATE.map((key) => [key, property(thing, key)] as const),
    ...STATS.map((key) => [key, property(property(thing, "stats"), key)] as const),
  ];
  return parts
    .filter(([, value]) => value !== undefined && value !== false)
    .map(([key, value]) => (value === true ? key : `${WORDS[key] ?? key} ${String(value)}`))
    .join(", ");
}

const WORDS: Readonly<Record<string, string>> = { inProgress: "in progress" };

/** A number, a word or a truth that `thing` tells of itself. */
export function property(thing: unknown, key: string): unknown {
  return read(() => {
    const value = (thing as Readonly<Record<string, unknown>>)[key];
    const isPlain = ["number", "string", "boolean"].includes(typeof value);
    return isPlain || key === "stats" ? value : undefined;
  }, undefined);
}
