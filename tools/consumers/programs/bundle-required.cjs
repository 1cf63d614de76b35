const { Chan, ChannelClosedError } = require("@chankit/channel");
const { settle } = require("@chankit/channel/testing");
const { WorkerPool } = require("@chankit/pool");

module.exports = { Chan, ChannelClosedError, settle, WorkerPool };
