import { settle } from "../../src/testing/settle.js";

export { settle };

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

/** Notes in `order` when the holders of a promise continue; a rejection is marked with a "!". */
export class Continuations {
  readonly order: string[] = [];

  note(name: string, promise: Promise<unknown>): void {
    promise.then(
      () => this.order.push(name),
      () => this.order.push(`${name}!`),
    );
  }
}
