// What a task threw, on its way to the caller. Structured cloning keeps neither the class of an error
// nor its own properties, so an error is taken apart here and put together there: as an instance of the
// nearest built-in class, with the name of its own. Whatever else was thrown goes as it is.
//
// Invariant: what `encode` gives can be cloned. Nothing that an odd error does can throw here.

import { isConstant, snapshot, whyNot } from "./clone.js";

/** Something thrown, in a form that can be cloned. */
export type Failure =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "uncloneable"; readonly why: string }
  | ErrorFailure;

interface ErrorFailure {
  readonly kind: "error";
  /** The built-in class that it is made of. */
  readonly base: string;
  readonly className: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: Failure | undefined;
  readonly errors: readonly Failure[] | undefined;
  readonly properties: readonly (readonly [string, Failure])[];
}

/** An error in an error in an error …: cut off there, also where it goes in a circle. */
const DEPTH = 8;

const BUILT_IN: readonly string[] = [
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "DOMException",
];

/** What is not copied as a property of its own. */
const APART = ["name", "message", "stack", "cause", "errors"];

/** Takes apart what was thrown. */
export function encode(thrown: unknown, depth = 0): Failure {
  if (isConstant(thrown)) return { kind: "value", value: thrown };
  try {
    if (isError(thrown)) return encodeError(thrown, depth);
    return { kind: "value", value: snapshot(thrown) };
  } catch (error) {
    return { kind: "uncloneable", why: whyNot(error) };
  }
}

/** Puts together what was thrown. What could not be cloned is `undefined`. */
export function decode(failure: Failure): unknown {
  switch (failure.kind) {
    case "value":
      return failure.value;
    case "uncloneable":
      return undefined;
    case "error":
      return decodeError(failure);
  }
}

function isError(value: unknown): value is Error {
  const tag = Object.prototype.toString.call(value);
  return value instanceof Error || tag === "[object Error]" || tag === "[object DOMException]";
}

function encodeError(error: Error, depth: number): ErrorFailure {
  const { className, base } = classOf(error);
  const { errors } = error as { readonly errors?: unknown };
  const isDeep = depth >= DEPTH;
  const inner = (thrown: unknown): Failure => encode(thrown, depth + 1);
  return {
    kind: "error",
    base,
    className,
    name: nameOf(error, className, base),
    message: text(error.message),
    stack: typeof error.stack === "string" ? error.stack : undefined,
    cause: isDeep || !("cause" in error) ? undefined : inner(error.cause),
    errors: isDeep || !Array.isArray(errors) ? undefined : errors.map(inner),
    properties: isDeep ? [] : propertiesOf(error, inner),
  };
}

/** The class of an error, and the built-in class on which it stands. */
function classOf(error: Error): { readonly className: string; readonly base: string } {
  const names: string[] = [];
  for (let it: unknown = error; it !== null; it = Object.getPrototypeOf(it)) {
    if (!Object.hasOwn(it as object, "constructor")) continue;
    const { name } = (it as { readonly constructor: { readonly name: unknown } }).constructor;
    if (typeof name === "string") names.push(name);
  }
  const base = names.find((name) => BUILT_IN.includes(name)) ?? "Error";
  const [own = base] = names;
  // Node's own errors are of a class that nobody can name, and bear the name of the one below it.
  return { className: own === "" || own === "NodeError" ? base : own, base };
}

/** The name that the error was given, or else that of its class, which is often not given as well. */
function nameOf(error: Error, className: string, base: string): string {
  const name = text(error.name);
  return name === base ? className : name;
}

/** What should be a text, and need not be one. */
function text(value: unknown): string {
  return String(value);
}

function propertiesOf(
  error: Error,
  inner: (value: unknown) => Failure,
): readonly (readonly [string, Failure])[] {
  return Object.keys(error)
    .filter((key) => !APART.includes(key))
    .map((key) => [key, inner((error as unknown as Record<string, unknown>)[key])] as const)
    .filter(([, { kind }]) => kind !== "uncloneable");
}

function decodeError(failure: ErrorFailure): Error {
  const { base, className, name, message, stack, cause, errors, properties } = failure;
  const error = make(base, className, name, message);
  if (error.name !== name) hide(error, "name", name);
  if (stack !== undefined) hide(error, "stack", stack);
  if (cause !== undefined) hide(error, "cause", decode(cause));
  if (errors !== undefined) hide(error, "errors", errors.map(decode));
  for (const [key, value] of properties) {
    Object.defineProperty(error, key, {
      value: decode(value),
      configurable: true,
      enumerable: true,
      writable: true,
    });
  }
  return error;
}

function make(base: string, className: string, name: string, message: string): Error {
  if (base === "DOMException") return new DOMException(message, name);
  if (base === "AggregateError") return new (classNamed(className, AggregateError))([], message);
  const Base = (globalThis as unknown as Record<string, ErrorConstructor>)[
    base
  ] as ErrorConstructor;
  return new (classNamed(className, Base))(message);
}

/** Classes that were made for names: a program has a few; one that makes up names gets no class for each. */
const classes = new Map<string, unknown>();
const MAX_CLASSES = 100;

/** A class with the name of one that only the thread has. */
function classNamed<C extends new (...args: never) => Error>(className: string, Base: C): C {
  if (className === Base.name) return Base;
  const key = `${Base.name} ${className}`;
  const known = classes.get(key) as C | undefined;
  if (known !== undefined || classes.size >= MAX_CLASSES) return known ?? Base;
  const Own = { [className]: class extends (Base as unknown as ErrorConstructor) {} }[className];
  hide((Own as ErrorConstructor).prototype, "name", className);
  classes.set(key, Own);
  return Own as unknown as C;
}

function hide(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, configurable: true, writable: true });
}
