// The cases of a select, as types and as values. A channel is a case that receives from it.

import { portOf } from "../chan/recv-base.js";
import type { RecvChan, SendChan } from "../state/types.js";
import { tagOf } from "../util/inspect.js";

/** A case that is switched off: Go's nil channel, which is never ready. */
export type Nil = null | undefined | false;

/** Whether `value` switches a case off. */
export function isNil(value: unknown): value is Nil {
  return value === null || value === undefined || value === false;
}

/** A case that sends. Made by {@link send}; it may be used again, also by several selects at once. */
export class SendCase {
  readonly #chan: unknown;
  readonly #value: unknown;

  /** @internal */
  constructor(chan: unknown, value: unknown) {
    this.#chan = chan;
    this.#value = value;
  }

  /**
   * Unlike `instanceof`, which would run the traps of a proxy.
   *
   * @internal
   */
  static is(value: object): value is SendCase {
    return #chan in value;
  }

  /** @internal */
  get chan(): unknown {
    return this.#chan;
  }

  /** @internal */
  get value(): unknown {
    return this.#value;
  }

  /** "SendCase". By it the types tell a bare send from an object of cases. */
  get [Symbol.toStringTag](): string {
    return "SendCase";
  }
}

/**
 * What an error adds if `thing` has the looks of a channel or a send case, but is none of ours:
 * private fields are not shared between copies of the package, nor seen through a proxy.
 */
export function hintAtCopies(thing: unknown): string {
  return looksLikeOurs(thing)
    ? ": it looks like one, but two copies of the package may be loaded, or a proxy is around it"
    : "";
}

function looksLikeOurs(thing: unknown): boolean {
  // What is ours has but one of the two sides.
  if (typeof thing !== "object" || thing === null || portOf(thing) !== undefined) return false;
  try {
    const { tryRecv, trySend } = thing as Partial<Record<string, unknown>>;
    const isChannel = typeof tryRecv === "function" || typeof trySend === "function";
    return (isChannel && "cap" in thing) || tagOf(thing) === "SendCase";
  } catch {
    return false;
  }
}

/** What a select chooses from: a channel to receive from, a send, or a case that is switched off. */
export type Case = RecvChan<unknown> | SendCase | Nil;

/** The cases of a select: by name or by index. */
export type Cases = Readonly<Record<string, Case>> | readonly Case[];

/**
 * The same, of a type `C` that need not have an index signature: interfaces and classes have none.
 * A class whose instances are something else has a method, or a tag: no case, or no name of one.
 */
export type CasesOf<C> =
  Cases | (object & { readonly [K in keyof C]: K extends symbol ? never : Case });

/**
 * A case that sends `value` to `ch`; with `null`, `undefined` or `false` for `ch` it is switched
 * off. Nothing happens before a select chooses it. The value is that of now, so `send(ch, f())` calls
 * `f` also if another case is chosen. It is Go's `case ch <- value:`.
 */
export function send<T>(ch: SendChan<T> | Nil, value: NoInfer<T>): SendCase {
  return new SendCase(ch, value);
}

/** What a chosen case `C` gives under its key `K`. */
type Chosen<K, C> = C extends SendCase
  ? { readonly key: K; readonly ok: true; readonly value: undefined; readonly done: false }
  : C extends RecvChan<infer T>
    ? | { readonly key: K; readonly ok: true; readonly value: T; readonly done: false }
      | { readonly key: K; readonly ok: false; readonly value: undefined; readonly done: true }
    : never;

/** The name of a case in an object, always a string, or its index in a tuple as a number. */
type Key<C, K extends keyof C> = C extends readonly unknown[]
  ? K extends `${infer N extends number}`
    ? N
    : number
  : K extends string | number
    ? `${K}`
    : never;

/**
 * What a select gives: which case was chosen, as `key`, and what came of it. A union with a member
 * a case, so that testing `key` (and `ok`) tells what `value` is, also after destructuring.
 */
export type Selected<C extends CasesOf<C>> = {
  [K in keyof C]-?: Chosen<Key<C, K>, C[K]>;
}[C extends readonly unknown[] ? number & keyof C : keyof C];
