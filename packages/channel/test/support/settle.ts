import { setImmediate } from "node:timers/promises";

/**
 * Lets everything happen that is going to happen: microtasks, and what C11 has postponed. Turns
 * hand out more and more when they have to, so that ten are plenty for what one test does.
 */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

/** Whether `promise` is still pending when everything has settled. */
export async function pending(promise: Promise<unknown>): Promise<boolean> {
  let isPending = true;
  const note = (): void => {
    isPending = false;
  };
  promise.then(note, note);
  await settle();
  return isPending;
}

/** Notes in `order` when those who hold a promise continue; a rejection is marked with a "!". */
export class Continuations {
  readonly order: string[] = [];

  note(name: string, promise: Promise<unknown>): void {
    promise.then(
      () => this.order.push(name),
      () => this.order.push(`${name}!`),
    );
  }
}
