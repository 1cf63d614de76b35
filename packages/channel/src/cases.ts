// The cases of a select, as types and as values. A channel is a case that receives from it.

import type { RecvChan, SendChan } from "./directions.js";

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

  /** @internal */
  get chan(): unknown {
    return this.#chan;
  }

  /** @internal */
  get value(): unknown {
    return this.#value;
  }
}

/** What a select chooses from: a channel to receive from, a send, or a case that is switched off. */
export type Case = RecvChan<unknown> | SendCase | Nil;

/** The cases of a select: by name or by index. */
export type Cases = Readonly<Record<string, Case>> | readonly Case[];

/**
 * A case that sends `value` to `ch`; with `null`, `undefined` or `false` for `ch` it is switched
 * off. Nothing happens before a select chooses it. The value is that of now. It is Go's
 * `case ch <- value:`.
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

/** The name of a case in an object, or its index in a tuple as a number. */
type Key<C, K extends keyof C> = C extends readonly unknown[]
  ? K extends `${infer N extends number}`
    ? N
    : number
  : K & string;

/**
 * What a select gives: which case was chosen, as `key`, and what came of it. A union with a member
 * a case, so that testing `key` (and `ok`) tells what `value` is, also after destructuring.
 */
export type Selected<C extends Cases> = {
  [K in keyof C]-?: Chosen<Key<C, K>, C[K]>;
}[C extends readonly unknown[] ? number & keyof C : keyof C];
