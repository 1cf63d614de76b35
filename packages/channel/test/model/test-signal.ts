import { REASON } from "./invoke.js";

type Listener = () => void;

/** As much of an `AbortSignal` as the package uses, with a look at its listeners. */
export class TestSignal {
  aborted = false;
  reason: unknown = undefined;
  readonly listeners: Listener[] = [];

  addEventListener(_type: "abort", listener: Listener): void {
    this.listeners.push(listener);
  }

  removeEventListener(_type: "abort", listener: Listener): void {
    this.listeners.splice(this.listeners.indexOf(listener), 1);
  }

  /** Aborts. `first` is what a listener does that was there before all others. */
  abort(first?: () => void): void {
    this.aborted = true;
    this.reason = REASON;
    first?.();
    for (const listener of [...this.listeners]) listener();
  }
}
