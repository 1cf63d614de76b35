// What a task has thrown, as it travels. An error keeps its class by name, its message, stack, cause and
// own properties, as far as they are JSON; another value that is JSON stays what it is.
//
// Invariant: whatever was thrown, nothing here throws.

import { stringify } from "./json.js";

type Wire =
  | { readonly is: "error"; readonly error: WireError }
  | { readonly is: "value"; readonly value: unknown }
  | { readonly is: "undefined" }
  | { readonly is: "other"; readonly shown: string };

interface WireError {
  readonly base: string;
  readonly className: string;
  readonly message: string;
  readonly stack?: string;
  readonly cause?: Wire;
  readonly errors?: readonly Wire[];
  readonly own: Readonly<Record<string, unknown>>;
}

const BASES: Readonly<Record<string, new (message?: string) => Error>> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
  // Its first argument are the errors, which are set afterwards.
  AggregateError: class extends AggregateError {
    constructor(message?: string) {
      super([], message);
    }
  },
};

/** A cause of a cause of … goes no deeper: it may be a cycle. */
const MAX_DEPTH = 10;
const APART = new Set(["message", "stack", "cause", "errors"]);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a reason. */
export function encodeReason(reason: unknown): Uint8Array {
  return encoder.encode(stringify(toWire(reason, 0), "reason"));
}

/** The reason again: an `Error` if it was one. */
export function decodeReason(bytes: Uint8Array): unknown {
  return fromWire(JSON.parse(decoder.decode(bytes)) as Wire);
}

function toWire(reason: unknown, depth: number): Wire {
  if (reason === undefined) return { is: "undefined" };
  if (isError(reason)) return { is: "error", error: errorToWire(reason, depth) };
  const value = asJson(reason);
  if (value !== undefined) return { is: "value", value };
  return { is: "other", shown: read(() => String(reason as symbol), typeof reason) };
}

function errorToWire(error: object, depth: number): WireError {
  const get = (key: string): unknown => read(() => Reflect.get(error, key) as unknown, undefined);
  const own: Record<string, unknown> = {};
  for (const key of read(() => Object.getOwnPropertyNames(error), [])) {
    const value = APART.has(key) ? undefined : asJson(get(key));
    if (value !== undefined) own[key] = value;
  }
  const chain = classesOf(error);
  const base = chain.find((name) => Object.hasOwn(BASES, name) || name === "DOMException");
  // Where a class has a name for its errors, or each error its own.
  const name = text(get("name"), base ?? "Error");
  if (name !== (base ?? "Error")) own["name"] = name;
  const stack = get("stack");
  const errors = get("errors");
  return {
    base: base ?? "Error",
    className: chain[0] ?? "Error",
    message: text(get("message"), ""),
    ...(typeof stack === "string" ? { stack } : {}),
    ...(depth < MAX_DEPTH && has(error, "cause") ? { cause: toWire(get("cause"), depth + 1) } : {}),
    ...(depth < MAX_DEPTH && Array.isArray(errors) && has(error, "errors")
      ? { errors: errors.map((one) => toWire(one, depth + 1)) }
      : {}),
    own,
  };
}

function fromWire(wire: Wire): unknown {
  switch (wire.is) {
    case "undefined":
      return undefined;
    case "value":
      return wire.value;
    case "other":
      return new Error(`the task threw what cannot be sent: ${wire.shown}`);
    case "error":
      return errorFromWire(wire.error);
  }
}

function errorFromWire({ base, className, message, stack, cause, errors, own }: WireError): Error {
  const error = bare(base, className, message, own["name"]);
  const define = (key: string, value: unknown, enumerable: boolean): void => {
    Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  };
  define("stack", stack, false);
  if (cause !== undefined) define("cause", fromWire(cause), false);
  if (errors !== undefined) define("errors", errors.map(fromWire), false);
  for (const [key, value] of Object.entries(own)) define(key, value, key !== "name");
  return error;
}

/** An error of its class, with no more than a message. */
function bare(base: string, className: string, message: string, name: unknown): Error {
  if (base === "DOMException") {
    const error = new DOMException(message, name as string | undefined);
    if (base !== className) Object.setPrototypeOf(error, prototypeOf(className, DOMException));
    return error;
  }
  // One that is not known here was written by another version.
  const known = Object.hasOwn(BASES, base) ? base : "Error";
  const Base = BASES[known] as typeof Error;
  const error = new Base(message);
  const isBuiltIn = known === className;
  Object.setPrototypeOf(error, isBuiltIn ? builtIn(known) : prototypeOf(className, Base));
  return error;
}

function builtIn(name: string): object {
  return name === "AggregateError" ? AggregateError.prototype : (BASES[name]?.prototype as object);
}

/** A class that is not known here is one of its name. It has no members: those stay where it is known. */
function prototypeOf(className: string, Base: new () => Error): object {
  const Class = class extends Base {};
  Object.defineProperty(Class, "name", { value: className });
  return Class.prototype;
}

/** The names of the classes of an error, its own first. */
function classesOf(error: object): readonly string[] {
  const names: string[] = [];
  read(() => {
    let prototype = Object.getPrototypeOf(error) as object | null;
    for (; prototype !== null; prototype = Object.getPrototypeOf(prototype) as object | null) {
      if (Object.hasOwn(prototype, "constructor")) names.push(prototype.constructor.name);
    }
  }, undefined);
  return names.filter((name) => typeof name === "string" && name !== "" && name !== "Object");
}

function isError(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return read(
    () =>
      value instanceof Error ||
      ["[object Error]", "[object DOMException]"].includes(Object.prototype.toString.call(value)),
    false,
  );
}

/** The value, if JSON does not change it; else `undefined`. */
function asJson(value: unknown): unknown {
  return read(() => JSON.parse(stringify(value, "it")) as unknown, undefined);
}

function has(error: object, key: string): boolean {
  return read(() => Object.hasOwn(error, key), false);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function read<T>(get: () => T, otherwise: T): T {
  try {
    return get();
  } catch {
    return otherwise;
  }
}
