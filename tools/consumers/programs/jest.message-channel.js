// The usual polyfill for jsdom. Its ports keep Jest from ending while one listens.

Object.assign(globalThis, require("node:worker_threads"));
