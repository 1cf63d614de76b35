// The faked time of a bubble: the fake timers of Sinon, and what they lack.

import { builtin } from "../debug/host.js";

/** What is used of `@sinonjs/fake-timers`. */
interface FakeTimers {
  readonly install: (options: object) => FakeClock;
}

interface FakeClock {
  /** Those that run, by number. */
  readonly timers?: ReadonlyMap<number, unknown>;
  next(): number;
  uninstall(): void;
}

/** A handle of a timer, as Node has them: one that does not keep the process alive says so. */
interface Handle {
  hasRef?(): boolean;
  unref?(): void;
}

const FAKED = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "Date",
  "performance",
  "hrtime",
];

/** Faked time, from its begin to its end. */
export class BubbleTime {
  readonly #clock: FakeClock;
  readonly #realTimeout: typeof setTimeout;
  readonly #realSignalTimeout = Object.getOwnPropertyDescriptor(
    AbortSignal,
    "timeout",
  ) as PropertyDescriptor;
  /** The handles of faked timers, by number. */
  readonly #handles = new Map<number, Handle>();

  /** @throws Error if the fake timers are not installed. */
  static async begin(): Promise<BubbleTime> {
    return new BubbleTime(await loadFakeTimers());
  }

  private constructor({ install }: FakeTimers) {
    this.#realTimeout = globalThis.setTimeout;
    this.#clock = install({ now: 0, toFake: FAKED, ignoreMissingTimers: true });
    this.#followHandles("setTimeout");
    this.#followHandles("setInterval");
    // Those that ES modules have imported from modules of Node.
    builtin("module")?.syncBuiltinESMExports();
    AbortSignal.timeout = timeoutSignal;
  }

  /** Whether there is a timer that keeps a process alive. */
  get canJump(): boolean {
    // None until the first has been started.
    const timers = this.#clock.timers ?? new Map<number, unknown>();
    for (const id of this.#handles.keys()) if (!timers.has(id)) this.#handles.delete(id);
    // One that was not seen, of `node:timers/promises` say, is taken for such a one.
    return [...timers.keys()].some((id) => this.#handles.get(id)?.hasRef?.() ?? true);
  }

  /** Jumps to the next timer, and fires it; `false` if there is none that keeps a process alive. */
  jump(): boolean {
    if (!this.canJump) return false;
    this.#clock.next();
    return true;
  }

  /** Lets a millisecond of real time pass. */
  pause(): Promise<void> {
    return new Promise((resolve) => {
      this.#realTimeout.call(globalThis, resolve, 1);
    });
  }

  end(): void {
    Object.defineProperty(AbortSignal, "timeout", this.#realSignalTimeout);
    this.#clock.uninstall();
    builtin("module")?.syncBuiltinESMExports();
  }

  #followHandles(name: "setTimeout" | "setInterval"): void {
    const start = globalThis[name] as unknown as (...args: unknown[]) => Handle | number;
    const followed = (...args: unknown[]): Handle | number => {
      const handle = start(...args);
      if (typeof handle === "object") this.#handles.set(Number(handle), handle);
      return handle;
    };
    // The marks by which fakes are known.
    globalThis[name] = Object.assign(followed, start) as never;
  }
}

async function loadFakeTimers(): Promise<FakeTimers> {
  try {
    const module = (await import("@sinonjs/fake-timers")) as { default: FakeTimers };
    return module.default;
  } catch (cause) {
    throw new Error("bubble needs the package @sinonjs/fake-timers: install it for tests", {
      cause,
    });
  }
}

/** The platform's own goes by real time. Like its, the timer keeps no process alive. */
function timeoutSignal(ms: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
  }, ms) as unknown as Handle;
  timer.unref?.();
  return controller.signal;
}
