// What the tests of a file run in: Jest's environment for Node, here without what it would leave behind.
//
// For each file Jest loads its runner anew, which each time makes an AsyncLocalStorage that is never
// disabled. Before version 24, Node tells every such storage of every promise that is made: in a process
// that has run a hundred files a promise would cost dozens of times as much, and what those files had in
// memory is kept.
//
// Replaced while the runner is loaded: `AsyncLocalStorage` of node:async_hooks.

const hooks = require("node:async_hooks");

const { TestEnvironment } = require("jest-environment-node");

const { AsyncLocalStorage } = hooks;

module.exports = class extends TestEnvironment {
  #storages = [];

  /** Is called before the runner is loaded. */
  async setup() {
    await super.setup();
    const storages = this.#storages;
    hooks.AsyncLocalStorage = class extends AsyncLocalStorage {
      constructor() {
        super();
        storages.push(this);
      }
    };
  }

  /** Is first called when the runner is loaded, and the file with the tests is not. */
  handleTestEvent() {
    hooks.AsyncLocalStorage = AsyncLocalStorage;
  }

  async teardown() {
    hooks.AsyncLocalStorage = AsyncLocalStorage;
    for (const storage of this.#storages) storage.disable();
    await super.teardown();
  }
};
