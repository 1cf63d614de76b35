// The host: what the package needs of the platform, and where platforms differ. Node, Bun and Deno have
// `node:worker_threads`, browsers have `Worker`. No `node:` import: a bundler for browsers would stumble.
//
// A thread knows that it is one of ours by Node's environment data, which is set around the making of a
// worker. So a tasks file that main or a foreign thread imports does nothing, not even listen. A browser
// has no such data: there a listener that heeds nothing but a Hello does no harm, since a worker's scope
// always listens.

import { isHello, type Hello, MARK } from "../wire/protocol.js";

/** A worker of whatever platform, as a factory makes it. */
export interface WorkerLike {
  /** Sends a message to it. */
  postMessage(message: unknown, transfer?: readonly object[]): void;
  /** Ends it now. */
  terminate(): unknown;
}

/** How a worker is made of a URL: Node's options, or a browser's. */
export type WorkerOptions = Readonly<Record<string, unknown>>;

/** What is told of a worker. */
export interface WorkerEvents {
  /** An error that nothing caught. In a browser the worker goes on; elsewhere it ends now. */
  failed(error: unknown): void;
  /** It has ended. A browser does not tell. */
  ended(exitCode: number): void;
}

/** What the package needs of `node:worker_threads`. */
interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly parentPort: Emitter | null;
  readonly Worker: new (url: URL, options: WorkerOptions) => WorkerLike;
  setEnvironmentData(key: string, value: unknown): void;
  getEnvironmentData(key: string): unknown;
  receiveMessageOnPort(port: MessagePort): { readonly message: unknown } | undefined;
}

interface Emitter {
  on(event: string, listener: (value: never) => void): unknown;
  off(event: string, listener: (value: never) => void): unknown;
}

interface Process extends Emitter {
  readonly execArgv?: readonly string[];
  getBuiltinModule?(name: string): unknown;
  nextTick?(callback: () => void): void;
}

interface Globals {
  readonly process?: Process;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Worker?: new (url: URL, options: WorkerOptions) => WorkerLike;
  readonly WorkerGlobalScope?: unknown;
  readonly setImmediate?: (callback: () => void) => void;
  addEventListener?(event: string, listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener?(event: string, listener: unknown): void;
}

const globals = globalThis as unknown as Globals;

function threadsOf({ process }: Globals): WorkerThreads | undefined {
  return process?.getBuiltinModule?.("node:worker_threads") as WorkerThreads | undefined;
}

/** How many threads the machine runs at a time. */
export function parallelism(): number {
  const os = globals.process?.getBuiltinModule?.("node:os") as
    { availableParallelism(): number } | undefined;
  return os?.availableParallelism() ?? globals.navigator?.hardwareConcurrency ?? 1;
}

/** Whether memory can be shared with a thread. Looked up late: a page may or may not be isolated. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === "function";
}

/**
 * Makes a worker.
 *
 * @throws What its constructor, or the factory, throws.
 */
export function startWorker(
  tasks: URL | (() => WorkerLike),
  options: WorkerOptions | undefined,
  name: string,
): WorkerLike {
  const threads = threadsOf(globals);
  threads?.setEnvironmentData(MARK, true);
  try {
    if (typeof tasks === "function") return tasks();
    if (threads !== undefined) {
      return new threads.Worker(tasks, { name, ...inheritedOptions(globals.process), ...options });
    }
    if (globals.Worker === undefined) throw new TypeError("this platform has no workers");
    return new globals.Worker(tasks, { name, type: "module", ...options });
  } finally {
    threads?.setEnvironmentData(MARK, undefined);
  }
}

/** Under `node --input-type=module -e …`, a worker that inherits the flag refuses every file. */
function inheritedOptions(process: Process | undefined): WorkerOptions {
  const execArgv = process?.execArgv ?? [];
  const isEvaluated = execArgv.some((flag) => flag.startsWith("--input-type"));
  // Of all others a worker takes none but these.
  return isEvaluated
    ? { execArgv: execArgv.filter((flag) => /^--(import|require)=/.test(flag)) }
    : {};
}

/** Tells what becomes of a worker, until the function that this gives is called. */
export function watchWorker(worker: WorkerLike, events: WorkerEvents): void {
  const failed = (error: unknown): void => {
    events.failed(error);
  };
  const emitter = worker as WorkerLike & Partial<Emitter>;
  if (typeof emitter.on === "function") {
    emitter.on("error", failed);
    emitter.on("exit", (code: number) => {
      events.ended(code);
    });
    return;
  }
  const target = worker as unknown as EventTarget;
  target.addEventListener("error", (event) => {
    const { error, message } = event as { readonly error?: unknown; readonly message?: string };
    failed(error ?? new Error(message ?? "the worker cannot be loaded"));
  });
}

/** Whether the end of the worker is told by an event. */
export function tellsItsEnd(worker: WorkerLike): boolean {
  return typeof (worker as WorkerLike & Partial<Emitter>).on === "function";
}

/** Lets the worker keep the process alive, or not; in a browser there is nothing to keep. */
export function keepAlive(worker: WorkerLike, isNeeded: boolean): void {
  const handle = worker as { ref?(): void; unref?(): void };
  if (isNeeded) handle.ref?.();
  else handle.unref?.();
}

/** A port that listens does not keep the process alive. */
export function unrefPort(port: MessagePort): void {
  (port as MessagePort & { unref?(): void }).unref?.();
}

/** Hands over what lies in the port already, where the platform can tell. */
export function drain(port: MessagePort, receive: (message: unknown) => void): void {
  const threads = threadsOf(globals);
  if (threads === undefined) return;
  for (;;) {
    const received = threads.receiveMessageOnPort(port);
    if (received === undefined) return;
    receive(received.message);
  }
}

/** In a thread of ours: calls `begin` with the Hello, once it comes. Elsewhere nothing. */
export function onHello(begin: (hello: Hello) => void): void {
  const threads = threadsOf(globals);
  if (threads?.parentPort && threads.getEnvironmentData(MARK) === true) {
    const { parentPort } = threads;
    // The threads that this one makes are none of ours.
    threads.setEnvironmentData(MARK, undefined);
    const listener = (message: unknown): void => {
      if (!isHello(message)) return;
      parentPort.off("message", listener);
      begin(message);
    };
    parentPort.on("message", listener);
  } else if (globals.WorkerGlobalScope !== undefined && threads?.isMainThread !== true) {
    const listener = ({ data }: { readonly data: unknown }): void => {
      if (!isHello(data)) return;
      globals.removeEventListener?.("message", listener);
      begin(data);
    };
    globals.addEventListener?.("message", listener);
  }
}

/** Calls `callback` when the thread ends, as far as it is told. */
export function onExit(callback: () => void): void {
  globals.process?.on("exit", callback);
}

/** Calls `callback` when nothing is left to do in this turn of the event loop. */
export function afterMicrotasks(callback: () => void): void {
  const { process } = globals;
  const settled = Promise.resolve();
  if (process?.nextTick === undefined) {
    // Enough for an async function that awaits a few things which are there.
    void settled
      .then(() => undefined)
      .then(() => undefined)
      .then(callback);
  } else {
    void settled.then(() => process.nextTick?.(callback));
  }
}

/** Calls `callback` in a later turn of the event loop. */
export function later(callback: () => void): void {
  if (globals.setImmediate !== undefined) {
    globals.setImmediate(callback);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(undefined);
}
