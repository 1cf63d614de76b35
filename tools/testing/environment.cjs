// What the tests of a file run in: Jest's environment for Node, here without what it costs.
//
// Jest's runner keeps in an AsyncLocalStorage which test runs. Before version 24, Node tells every such
// storage of every promise that is made, which costs more than the promise; and Jest makes one for each file
// and never disables it. Here tests run one after the other, so a variable knows which one it is.
//
// Replaced while the runner is loaded: `AsyncLocalStorage` of node:async_hooks.

const hooks = require("node:async_hooks");

const { TestEnvironment } = require("jest-environment-node");

const { AsyncLocalStorage } = hooks;

module.exports = class extends TestEnvironment {
  /** Is called before the runner is loaded. */
  async setup() {
    await super.setup();
    hooks.AsyncLocalStorage = CurrentStore;
  }

  /** Is first called when the runner is loaded, and the file with the tests is not. */
  handleTestEvent() {
    hooks.AsyncLocalStorage = AsyncLocalStorage;
  }

  async teardown() {
    hooks.AsyncLocalStorage = AsyncLocalStorage;
    await super.teardown();
  }
};

/** As much of an AsyncLocalStorage as the runner uses, where nothing runs beside the callback. */
class CurrentStore {
  #store;

  getStore() {
    return this.#store;
  }

  async run(store, callback) {
    const outer = this.#store;
    this.#store = store;
    try {
      return await callback();
    } finally {
      this.#store = outer;
    }
  }
}
