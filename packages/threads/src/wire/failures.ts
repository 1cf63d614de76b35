// What a task threw, on its way to the caller. Structured cloning keeps neither the class of an error
// nor its own properties, so an error is taken apart here and put together there: as an instance of the
// nearest built-in class, with the name of its own. Whatever else was thrown goes as it is. An error
// that stands in several places, in itself even, is one error there, too: cloning keeps what is identical.
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
  cause: Failure | undefined;
  errors: readonly Failure[] | undefined;
  properties: readonly (readonly [string, Failure])[];
}

/** An error in an error in an error …: cut off there, lest the stack overflow. */
const DEPTH = 100;

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
const APART = ["name", "message", "stack", "cause"];

/** Takes apart what was thrown. */
export function encode(thrown: unknown): Failure {
  return encodeIn(new Map(), thrown, 0);
}

/** Puts together what was thrown. What could not be cloned is `undefined`. */
export function decode(failure: Failure): unknown {
  return decodeIn(new Map(), failure);
}

/** The errors that have been taken apart: a circle ends at them. */
type Seen = Map<unknown, ErrorFailure>;

function encodeIn(seen: Seen, thrown: unknown, depth: number): Failure {
  if (isConstant(thrown)) return { kind: "value", value: thrown };
  try {
    if (isError(thrown)) return seen.get(thrown) ?? encodeError(seen, thrown, depth);
    return { kind: "value", value: snapshot(thrown) };
  } catch (error) {
    return { kind: "uncloneable", why: whyNot(error) };
  }
}

function isError(value: unknown): value is Error {
  const tag = Object.prototype.toString.call(value);
  return value instanceof Error || tag === "[object Error]" || tag === "[object DOMException]";
}

function encodeError(seen: Seen, error: Error, depth: number): ErrorFailure {
  const { className, base } = read(() => classOf(error)) ?? { className: "Error", base: "Error" };
  const failure: ErrorFailure = {
    kind: "error",
    base,
    className,
    name: read(() => nameOf(error, className, base)) ?? className,
    message: read(() => text(error.message)) ?? "",
    stack: read(() => (typeof error.stack === "string" ? error.stack : undefined)),
    cause: undefined,
    errors: undefined,
    properties: [],
  };
  seen.set(error, failure);
  if (depth >= DEPTH) return failure;
  const inner = (thrown: unknown): Failure => encodeIn(seen, thrown, depth + 1);
  failure.cause = read(() => ("cause" in error ? inner(error.cause) : undefined));
  failure.errors = read(() => errorsOf(error)?.map(inner));
  failure.properties = propertiesOf(error, inner);
  return failure;
}

/** What a getter, or a trap of a proxy, gives; if it throws, it is as if there were nothing. */
function read<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

/** The errors of an `AggregateError`, and of those that are made like one. */
function errorsOf(error: Error): readonly unknown[] | undefined {
  const { errors } = error as { readonly errors?: unknown };
  return Array.isArray(errors) ? errors : undefined;
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
  // Node's own errors are of a class that programs cannot name, and bear the name of the one below it.
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
  const keys = read(() => Object.keys(error)) ?? [];
  const apart = read(() => errorsOf(error)) === undefined ? APART : [...APART, "errors"];
  const properties: (readonly [string, Failure])[] = [];
  for (const key of keys) {
    if (apart.includes(key)) continue;
    const value = read(() => inner((error as unknown as Record<string, unknown>)[key]));
    if (value !== undefined && value.kind !== "uncloneable") properties.push([key, value]);
  }
  return properties;
}

function decodeIn(made: Map<Failure, Error>, failure: Failure): unknown {
  switch (failure.kind) {
    case "value":
      return failure.value;
    case "uncloneable":
      return undefined;
    case "error":
      return made.get(failure) ?? decodeError(made, failure);
  }
}

function decodeError(made: Map<Failure, Error>, failure: ErrorFailure): Error {
  const { base, className, name, message, stack, cause, errors, properties } = failure;
  const error = make(base, className, name, message);
  made.set(failure, error);
  const inner = (it: Failure): unknown => decodeIn(made, it);
  if (error.name !== name) hide(error, "name", name);
  if (stack !== undefined) hide(error, "stack", stack);
  if (cause !== undefined) hide(error, "cause", inner(cause));
  if (errors !== undefined) hide(error, "errors", errors.map(inner));
  for (const [key, value] of properties) {
    Object.defineProperty(error, key, {
      value: inner(value),
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
