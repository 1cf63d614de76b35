// One process may load a package both ways, itself or by what it depends on: the classes must be the
// same, and so a channel of the one a channel to the other.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import * as imported from "@chankit/channel";
import * as importedTesting from "@chankit/channel/testing";
import * as importedPool from "@chankit/pool";

const require = createRequire(import.meta.url);
const required = require("@chankit/channel");
const requiredPool = require("@chankit/pool");

assert.equal(required.Chan, imported.Chan);
assert.equal(required.ChannelClosedError, imported.ChannelClosedError);
assert.equal(requiredPool.WorkerPool, importedPool.WorkerPool);
assert.equal(require("@chankit/channel/testing").settle, importedTesting.settle);

const chan = new required.Chan(1);
await chan.send("ok");
const { value } = await imported.select({ chan });
const pool = new requiredPool.WorkerPool({ workers: 1 });
await pool.queue({ run() {} });
assert.equal((await imported.select({ finished: pool.finished })).ok, true);
await pool.close();

console.log(value);
