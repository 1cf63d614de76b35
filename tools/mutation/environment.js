// Tells `every.test.js` which tests are wanted, and stops at the first failure: a mutant need not be
// killed twice.

const Environment = require("../testing/environment.cjs");

module.exports = class extends Environment {
  #hasFailed = false;

  constructor(config, context) {
    super(config, context);
    this.global.wantedTests = config.globalConfig.testNamePattern;
  }

  handleTestEvent(event) {
    super.handleTestEvent(event);
    const { name, test } = event;
    if (name === "test_done" && test.errors.length > 0) this.#hasFailed = true;
    if (name === "test_start" && this.#hasFailed) test.mode = "skip";
  }
};
