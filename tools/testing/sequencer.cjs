// In which order Jest runs the rooms: first those that wait for servers and processes. They take longest, so that at
// the end one core would still be at them. In a clean clone Jest does not know that, and goes by the size of files.

const { default: Sequencer } = require("@jest/test-sequencer");

/** The longest stands first. */
const FIRST = [
  /packages\/nats\/test\/[^/]+$/,
  /packages\/channel\/test\/debug\//,
  /packages\/examples\/test\/hash\//,
];

module.exports = class extends Sequencer {
  sort(tests) {
    const rank = ({ path }) => FIRST.findIndex((pattern) => pattern.test(path)) >>> 0;
    return super.sort(tests).sort((a, b) => rank(a) - rank(b));
  }
};
