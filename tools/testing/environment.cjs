// What the tests of a file run in: Jest's environment for Node, here without what it costs.
//
// Before version 24, Node tells every AsyncLocalStorage that was ever run of every promise that is made, which
// costs more than the promise, until it is disabled. Jest's runner keeps in one which test runs, makes it for
// each file and never disables it. Here tests run one after the other, so a variable knows which one it is.
// What the tests and the packages make is disabled after each block of tests; to be run enables it again.
//
// Replaced: `AsyncLocalStorage` of node:async_hooks, while the runner is loaded by one that is a variable, then by
// one whose instances are known here.

const hooks = require("node:async_hooks");

const { TestEnvironment } = require("jest-environment-node");

const { AsyncLocalStorage } = hooks;

module.exports = class extends TestEnvironment {
  #made = [];

  /** Is called before the runner is loaded. */
  async setup() {
    await super.setup();
    hooks.AsyncLocalStorage = CurrentStore;
  }

  /** Is first called when the runner is loaded, and the file with the tests is not. */
  handleTestEvent({ name }) {
    if (name === "setup") hooks.AsyncLocalStorage = storageIn(this.#made);
    if (name === "run_describe_finish") this.#disable();
  }

  async teardown() {
    hooks.AsyncLocalStorage = AsyncLocalStorage;
    this.#disable();
    await super.teardown();
  }

  #disable() {
    for (const storage of this.#made) storage.disable();
  }
};

/** Node's own; what is made of it is added to `made`. */
function storageIn(made) {
  return class extends AsyncLocalStorage {
    constructor(...args) {
      super(...args);
      made.push(this);
    }
  };
}

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
