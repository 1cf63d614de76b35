// The worker of a thread: the way to it, and how it ends.
//
// An error that nothing in it has caught is kept: it is the cause of the end that follows.

import * as host from "../host/host.js";
import { whyNot } from "../wire/clone.js";
import { ThreadExitError } from "../wire/errors.js";
import { helloOf } from "../wire/protocol.js";

/** How workers are made. */
export interface ThreadWorkerOptions {
  readonly tasks: URL | (() => host.WorkerLike);
  readonly workerOptions: host.WorkerOptions | undefined;
  /** The name of all threads together. */
  readonly name: string;
}

/** What is told of a worker. */
export interface ThreadWorkerEvents {
  /** It has said something. */
  said(message: readonly unknown[]): void;
  /** It has said something that cannot be read here. */
  unreadable(): void;
  /** It has ended by itself, or after `terminate` if its host tells that. */
  ended(exitCode: number | undefined): void;
}

/** See above. */
export class ThreadWorker {
  /** Whether it has loaded its tasks: then it speaks. */
  isLoaded = false;
  readonly #options: ThreadWorkerOptions;
  readonly #name: string;
  readonly #worker: host.WorkerLike;
  readonly #port: MessagePort;
  readonly #farPort: MessagePort;
  #isTerminated = false;
  /** What it has thrown and not caught. */
  #error: unknown = undefined;

  /** @throws What making a worker throws. */
  constructor(index: number, options: ThreadWorkerOptions) {
    const { tasks, workerOptions, name } = options;
    this.#options = options;
    this.#name = `thread ${index} of ${name}`;
    this.#worker = host.startWorker(tasks, workerOptions, `${name} ${index}`);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#farPort = port2;
  }

  /** Whether its host tells that it has ended after `terminate`. Browsers do not. */
  get tellsItsEnd(): boolean {
    return host.tellsItsEnd(this.#worker);
  }

  /** Greets it; from now on events come. Once. */
  begin(index: number, isShared: boolean, events: ThreadWorkerEvents): void {
    host.watchWorker(this.#worker, {
      failed: (error) => {
        if (this.tellsItsEnd) {
          this.#error = error;
        } else if (!this.isLoaded && !this.#isTerminated) {
          // A browser leaves a worker that has not been loaded to itself.
          this.#error = error;
          this.terminate();
          events.ended(undefined);
        }
      },
      ended: (exitCode) => {
        events.ended(exitCode);
      },
    });
    this.#port.onmessage = ({ data }) => {
      this.isLoaded = true;
      events.said(data as unknown[]);
    };
    this.#port.onmessageerror = () => {
      events.unreadable();
    };
    host.unrefPort(this.#port);
    this.#worker.postMessage(helloOf(index, this.#farPort, isShared), [this.#farPort]);
  }

  /** Says something to it. */
  say(message: readonly unknown[], list: readonly object[] = []): void {
    this.#port.postMessage(message, list as Transferable[]);
  }

  /** Hands over what it has said and is still under way. */
  drain(receive: (message: readonly unknown[]) => void): void {
    host.drain(this.#port, (message) => {
      this.isLoaded = true;
      receive(message as unknown[]);
    });
  }

  /** What it says from now on is of interest to `receive` alone. */
  hear(receive: (message: readonly unknown[]) => void): void {
    this.#port.onmessage = ({ data }) => {
      receive(data as unknown[]);
    };
  }

  /** Hears it no more. */
  hangUp(): void {
    this.#port.onmessage = null;
    this.#port.close();
  }

  /** Whether it keeps the process alive. */
  keepAlive(isNeeded: boolean): void {
    host.keepAlive(this.#worker, isNeeded);
  }

  /** Ends it now. */
  terminate(): void {
    this.#isTerminated = true;
    this.#worker.terminate();
  }

  /** The error of the calls that it had begun when it was terminated. */
  terminatedError(why: string): ThreadExitError {
    return this.#exitError(`${this.#name} was terminated: it ${why}`, 1);
  }

  /** The error of the calls that it had begun when it ended by itself. */
  endedError(exitCode: number | undefined): ThreadExitError {
    return this.#exitError(this.#howItEnded(exitCode), exitCode);
  }

  #exitError(message: string, exitCode: number | undefined): ThreadExitError {
    const cause = this.#error;
    return new ThreadExitError(message, exitCode, cause === undefined ? undefined : { cause });
  }

  #howItEnded(exitCode: number | undefined): string {
    const { tasks } = this.#options;
    const because = this.#error === undefined ? "" : `: ${whyNot(this.#error)}`;
    if (this.isLoaded) return `${this.#name} ended with code ${String(exitCode)}${because}`;
    const what = typeof tasks === "function" ? "the tasks" : tasks.href;
    const hint = exitCode === 0 ? ": nothing in it calls serve" : `, exit code ${String(exitCode)}`;
    return `${this.#name} cannot load ${what}${because === "" ? hint : because}`;
  }
}
