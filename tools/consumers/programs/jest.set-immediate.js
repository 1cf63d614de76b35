// The usual polyfill for jsdom.

Object.assign(globalThis, require("node:timers"));
