// Whether real work is under way, for which faked time has to wait: files, sockets, processes, threads, as
// Node lists them; and what Node does not list, work on its own threads (crypto, zlib) and threads of the
// program, as it is begun.

import { builtin, host } from "../debug/host.js";

/** What keeps no time: timers are faked, and those that listen wait for others. */
const NO_WORK = ["Timeout", "TCPServerWrap", "PipeServerWrap"];
/**
 * The types under which Node knows work on its own threads, and on files, not all of which Node 26 lists: a
 * request ends when it is told.
 */
const REQUEST = /^(?:[A-Z0-9]+REQUEST|FSREQ(?:CALLBACK|PROMISE))$/;
/** One of these works more than once, until it is closed. Node tells its end, but only when it is collected. */
const STREAM = "ZLIB";
/** A thread of the program: it works while it keeps the process alive. */
const THREAD = "WORKER";

/** The handle of a stream. */
interface Stream {
  close: () => void;
}

/** The handle of a thread. */
interface Thread {
  hasRef(): boolean;
}

/** Watches for real work that is begun from now on. */
export class RealWork {
  readonly #before = countsOf(active());
  readonly #requests = new Set<number>();
  readonly #streams = new Set<number>();
  readonly #threads = new Map<number, Thread>();
  readonly #hook = builtin("async_hooks")?.createHook({
    init: (id: number, type: string, _: number, resource: object) => {
      if (REQUEST.test(type)) this.#requests.add(id);
      else if (type === STREAM) this.#follow(id, resource as Stream);
      else if (type === THREAD) this.#threads.set(id, resource as Thread);
    },
    before: (id: number) => {
      this.#requests.delete(id);
    },
    destroy: (id: number) => {
      this.#streams.delete(id);
      this.#threads.delete(id);
    },
  });

  constructor() {
    this.#hook?.enable();
  }

  isUnderWay(): boolean {
    if (this.#requests.size > 0 || this.#streams.size > 0) return true;
    if ([...this.#threads.values()].some((thread) => thread.hasRef())) return true;
    const now = countsOf(active());
    return [...now].some(([type, count]) => count > (this.#before.get(type) ?? 0));
  }

  end(): void {
    this.#hook?.disable();
  }

  #follow(id: number, stream: Stream): void {
    const close = stream.close.bind(stream);
    this.#streams.add(id);
    stream.close = () => {
      this.#streams.delete(id);
      close();
    };
  }
}

function active(): string[] {
  openStreams();
  const types = host?.getActiveResourcesInfo?.() ?? [];
  return types.filter((type) => !NO_WORK.includes(type));
}

function countsOf(types: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return counts;
}

/** Those of the process are no work; but they are listed, as pipes, from their first use on. */
function openStreams(): unknown {
  return [host?.stdout, host?.stderr];
}
