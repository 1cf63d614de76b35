// What the tests of a file run in: Jest's environment for Node, here without what it would leave behind.
//
// For each file Jest loads its runner anew, which each time makes an AsyncLocalStorage that is never
// disabled. Before version 24, Node tells every such storage of every promise that is made: in a process
// that has run a hundred files a promise would cost dozens of times as much, and what those files had in
// memory is kept.
//
// Replaced while the runner is loaded: `AsyncLocalStorage` of node:async_hooks.

import hooks, { AsyncLocalStorage } from "node:async_hooks";

import { TestEnvironment } from "jest-environment-node";

export default class Environment extends TestEnvironment {
  readonly #storages: AsyncLocalStorage<unknown>[] = [];

  /** Is called before the runner is loaded. */
  override async setup(): Promise<void> {
    await super.setup();
    const storages = this.#storages;
    class Known<V> extends AsyncLocalStorage<V> {
      constructor() {
        super();
        storages.push(this);
      }
    }
    Object.assign(hooks, { AsyncLocalStorage: Known });
  }

  /** Is first called when the runner is loaded, and the file with the tests is not. */
  handleTestEvent(): void {
    Object.assign(hooks, { AsyncLocalStorage });
  }

  override async teardown(): Promise<void> {
    Object.assign(hooks, { AsyncLocalStorage });
    for (const storage of this.#storages) storage.disable();
    await super.teardown();
  }
}
