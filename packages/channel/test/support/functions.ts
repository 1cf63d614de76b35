import { Gate } from "./gate.js";

/** Functions that run until the test ends them, and note when they start. */
export class Functions {
  readonly started: string[] = [];
  readonly #gates = new Map<string, Gate>();

  named(name: string): () => Promise<unknown> {
    const gate = new Gate();
    this.#gates.set(name, gate);
    return () => {
      this.started.push(name);
      return gate.promise;
    };
  }

  end(...names: readonly string[]): void {
    for (const name of names) this.#gates.get(name)?.open(name);
  }

  fail(name: string, error: unknown): void {
    this.#gates.get(name)?.fail(error);
  }
}
