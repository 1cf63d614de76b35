// One run of a program: operations are started, and not waited for, so that several wait at a time.

import type { RecvChan, SendChan } from "../state/types.js";
import { settle } from "./settle.js";

/** What a program does next. */
export type Step =
  | { readonly do: "send"; readonly to: string; readonly value: unknown }
  | { readonly do: "recv"; readonly from: string }
  | { readonly do: "close"; readonly chan: string }
  | { readonly do: "abort" | "tick" | "settle" };

/** The channels of one run. `V` has the types of what is received. */
export interface Ends<S, V> {
  /** Those that the program sends to, and closes. */
  readonly send: { readonly [name in keyof S]: SendChan<S[name]> };
  /** Those that it receives from. */
  readonly recv: { readonly [name in keyof V]: RecvChan<V[name]> };
}

/** What came of a run, by the names of channels. */
export interface ProgramResult<S, V> {
  /** The values that were taken, in the order in which they were offered. */
  readonly sent: { readonly [name in keyof S]: S[name][] };
  /** The values that came, in order. */
  readonly received: { readonly [name in keyof V]: V[name][] };
  /** Whether a channel has told its end, when all that was sent to had been closed. */
  readonly ended: { readonly [name in keyof V]: boolean };
  /** How many values were never taken, to the end, before the program withdrew them. */
  readonly untaken: number;
}

/** At most so many values of a channel are received at the end: one without end hangs no test. */
const MAX_REST = 1000;
const GIVEN_UP = new Error("the program has given up waiting");

interface Input {
  readonly chan: SendChan<unknown>;
  readonly offers: { readonly value: unknown; isTaken: boolean }[];
  waiting: number;
  /** No more sends; it is closed once those that wait are over, since they would fail. */
  isClosing: boolean;
}

interface Output {
  readonly chan: RecvChan<unknown>;
  readonly values: unknown[];
  waiting: number;
  hasEnded: boolean;
}

/** The state of a run. */
export class Run {
  readonly #inputs: Readonly<Record<string, Input>>;
  readonly #outputs: Readonly<Record<string, Output>>;
  #abort = new AbortController();
  /** How many operations are over. */
  #over = 0;
  #failure: { readonly reason: unknown } | undefined;

  constructor({ send, recv }: Ends<object, object>) {
    this.#inputs = mapValues(send as Record<string, SendChan<unknown>>, (chan) => {
      return { chan, offers: [], waiting: 0, isClosing: false };
    });
    this.#outputs = mapValues(recv as Record<string, RecvChan<unknown>>, (chan) => {
      return { chan, values: [], waiting: 0, hasEnded: false };
    });
  }

  /** Does the step. Only a pause takes time. */
  async perform(step: Step): Promise<void> {
    if (step.do === "send") this.#send(named(step.to, this.#inputs), step.value);
    else if (step.do === "recv") this.#recv(named(step.from, this.#outputs));
    else if (step.do === "close") this.#close(named(step.chan, this.#inputs));
    else if (step.do === "abort") this.#giveUp();
    else if (step.do === "settle") await settle();
    else await Promise.resolve();
  }

  /** Receives what still comes, closes what is open, and does so again. */
  async end(): Promise<ProgramResult<Record<string, unknown>, Record<string, unknown>>> {
    const inputs = Object.values(this.#inputs);
    await this.#receiveRest();
    const untaken = inputs.reduce((sum, { waiting }) => sum + waiting, 0);
    this.#giveUp();
    await settle();
    for (const input of inputs) this.#close(input);
    await this.#receiveRest();
    this.#giveUp();
    await settle();

    if (this.#failure !== undefined) throw this.#failure.reason;
    return {
      sent: mapValues(this.#inputs, ({ offers }) =>
        offers.filter(({ isTaken }) => isTaken).map(({ value }) => value),
      ),
      received: mapValues(this.#outputs, ({ values }) => values),
      ended: mapValues(this.#outputs, ({ hasEnded }) => hasEnded),
      untaken,
    };
  }

  #send(input: Input, value: unknown): void {
    if (input.isClosing) return;
    const offer = { value, isTaken: false };
    input.offers.push(offer);
    this.#start(input, input.chan.send(value, this.#abort), () => {
      offer.isTaken = true;
    });
  }

  #recv(output: Output): void {
    if (output.hasEnded) return;
    this.#start(output, output.chan.recv(this.#abort), ({ ok, value }) => {
      if (ok) output.values.push(value);
      else output.hasEnded = true;
    });
  }

  #start<T>(end: Input | Output, operation: Promise<T>, then: (outcome: T) => void): void {
    end.waiting++;
    const isOver = (): void => {
      this.#over++;
      end.waiting--;
      if ("isClosing" in end && end.isClosing) this.#close(end);
    };
    operation.then(
      (outcome) => {
        then(outcome);
        isOver();
      },
      (reason: unknown) => {
        if (reason !== GIVEN_UP) this.#failure ??= { reason };
        isOver();
      },
    );
  }

  #close(input: Input): void {
    input.isClosing = true;
    if (input.waiting === 0 && !input.chan.closed) input.chan.close();
  }

  #giveUp(): void {
    this.#abort.abort(GIVEN_UP);
    this.#abort = new AbortController();
  }

  async #receiveRest(): Promise<void> {
    const most = this.#over + MAX_REST;
    let before: number;
    do {
      before = this.#over;
      for (const output of Object.values(this.#outputs)) {
        if (output.waiting === 0) this.#recv(output);
      }
      await settle();
    } while (this.#over > before && this.#over < most);
  }
}

function named<T>(name: string, among: Readonly<Record<string, T>>): T {
  const found = among[name];
  if (found === undefined) throw new TypeError(`the program needs a channel called ${name}`);
  return found;
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

/** "send 3 to numbers", "recv from squares", "settle". */
export function showStep(step: Step): string {
  if (step.do === "send") return `send ${JSON.stringify(step.value)} to ${step.to}`;
  if (step.do === "recv") return `recv from ${step.from}`;
  return step.do === "close" ? `close ${step.chan}` : step.do;
}
