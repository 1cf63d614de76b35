// What a process knows of the state of a pool. A `close`, `stop` or `shutdown` is a mark in SIDE: it stays,
// so it outlives the process that made it; and each process that listens hears that very message. Marks
// do not overwrite each other: stop overrides close because it is there, too.
//
//   state     marks          takes jobs   starts jobs
//   open      none           yes          yes
//   closing   close          no           yes
//   stopping  stop (, shut)  no           no

import type { Msg, Subscription } from "@nats-io/transport-node";

import { toFrame } from "../codec/frame.js";
import { GoneError } from "../errors.js";
import { say } from "./hint.js";
import type { Ledger } from "./ledger.js";

/** What ends a pool. Shutdown is a stop after which nothing is read either. */
export type Mark = "close" | "stop" | "shut";

const MARKS: readonly Mark[] = ["close", "stop", "shut"];

/** The state of a pool, as far as this process knows. */
export class Phase {
  readonly #ledger: Ledger;
  readonly #changed: () => void;
  readonly #marks = new Set<Mark>();
  #subscriptions: readonly Subscription[] = [];
  /** Of the pool: it tells it from another one that has its name. */
  #created: string | undefined;
  #isGone = false;

  /** Calls `changed` whenever there is a new mark, or the pool was destroyed. */
  constructor(ledger: Ledger, changed: () => void) {
    this.#ledger = ledger;
    this.#changed = changed;
  }

  get isOpen(): boolean {
    return this.#marks.size === 0 && !this.#isGone;
  }

  get isStopping(): boolean {
    return this.#marks.has("stop");
  }

  /** Whether reading has ended. */
  get isShut(): boolean {
    return this.#marks.has("shut");
  }

  /** Whether the pool was destroyed. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Listens, and then reads the marks that there are. */
  async start(): Promise<void> {
    const { names, link } = this.#ledger;
    const on = (subject: string, hear: (message: Msg) => void): Subscription =>
      link.connection.subscribe(subject, {
        callback: (_, message) => {
          hear(message);
        },
      });
    const root = names.subject("note", "mark");
    this.#subscriptions = [
      on(`${root}.*`, ({ subject }) => {
        this.hear(subject.slice(root.length + 1) as Mark);
      }),
      on(names.subject("hint", "gone"), (message) => {
        // It may come late, when there is another pool of this name.
        if (message.string() === this.#created) this.setGone();
      }),
    ];
    await this.refresh();
  }

  /**
   * Reads the marks: words may have been missed.
   *
   * @throws GoneError if the pool was destroyed, though there may be another one of its name by now.
   */
  async refresh(): Promise<void> {
    const root = this.#ledger.names.subject("note", "mark");
    const { state, created } = await this.#ledger.info(this.#ledger.names.side, `${root}.*`);
    this.#created ??= created;
    if (created !== this.#created) throw new GoneError();
    for (const mark of MARKS) if (`${root}.${mark}` in (state.subjects ?? {})) this.hear(mark);
  }

  /** Makes a mark for all processes; this one knows of it during the call. */
  async mark(mark: Mark): Promise<void> {
    this.hear(mark);
    const { names, link } = this.#ledger;
    const subject = names.subject("note", `mark.${mark}`);
    // At once, so that crews hear of it before what they do next; what comes of this, the rest finds out.
    link.store(subject, toFrame({}), { lastSubjectSequence: 0 }).catch(() => undefined);
    // Of a pool that is gone this says so at once; the write would wait for an answer, since processes listen
    // at its subject and so the server does not refuse it.
    if ((await this.#ledger.read(names.side, subject)) !== undefined) return;
    await this.#ledger.write(names.side, subject, {});
  }

  /** There is such a mark, or will be. */
  hear(mark: Mark): void {
    if (this.#marks.has(mark)) return;
    this.#marks.add(mark);
    this.#changed();
  }

  /** Tells all processes that the pool was destroyed. */
  sayGone(): void {
    say(this.#ledger, "gone", this.#created);
    this.setGone();
  }

  /** The pool was destroyed. */
  setGone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#changed();
  }

  /** Listens no more. */
  end(): void {
    for (const subscription of this.#subscriptions) subscription.unsubscribe();
    this.#subscriptions = [];
  }
}
