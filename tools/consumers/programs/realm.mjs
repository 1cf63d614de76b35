// `realm.mjs REALM [PROGRAM]`: takes away from this process what the realm lacks, and only then loads
// the packages and runs the checks, or the program. Nothing may keep the process from ending then.

import { createRequire } from "node:module";

const names = ["setImmediate", "MessageChannel", "setTimeout", "setInterval", "Symbol"];
const real = Object.fromEntries(names.map((name) => [name, globalThis[name]]));
const noTurns = ["setImmediate", "MessageChannel"];
const noTimers = [...noTurns, "setTimeout", "setInterval"];

let ticking;

const realms = {
  whole: () => {},
  "without setImmediate": () => without(["setImmediate"]),
  "without MessageChannel": () => without(noTurns),
  // As in a test runner that fakes time, whose own timers keep the loop going.
  "without timers": () => {
    ticking = setInterval(() => {}, 1000);
    without(noTimers);
  },
  "without anything": () => without([...noTimers, "Atomics", "WebAssembly"]),
  "without symbols": () => {
    withoutDisposal();
    delete AbortSignal.prototype.throwIfAborted;
  },
  // As at the edge, where the clock passes with I/O only, and this program has none.
  "with a clock that stands still": stop,
  bare: () => {
    stop();
    without(noTurns);
    withoutDisposal();
    delete AbortSignal.prototype.throwIfAborted;
  },
};

const [realm, program] = process.argv.slice(2);
if (!(realm in realms)) throw new Error(`no realm "${realm}": ${Object.keys(realms)}`);
// What is slow to load, or needs what is missing, is loaded before.
const require = createRequire(import.meta.url);
const checks = require("./checks.cjs");
realms[realm]();

if (program !== undefined) {
  await import(`./${program}`);
} else {
  const packages = [
    await import("@chankit/channel"),
    await import("@chankit/channel/testing"),
    await import("@chankit/pool"),
  ];
  for (const check of suitable()) await perform(check);
  polyfill();
  for (const check of suitable()) await perform(check);
  clearInterval(ticking);
  console.log("ok");

  async function perform(check) {
    try {
      await check(...packages, globalThis);
    } catch (error) {
      throw new Error(`${realm}: ${check.name}`, { cause: error });
    }
  }
}

function suitable() {
  const has = (name) => globalThis[name] !== undefined;
  const { always, real, using } = checks;
  // Where there are promises and nothing else, at least messages go on.
  const run = has("WebAssembly") ? Object.values(always) : [always.flow, always.work];
  if (has("setTimeout")) run.push(real.yieldToTimers);
  // A clock that stands still makes nothing due.
  if (has("setTimeout") && performance.now() > 0) run.push(real.wait);
  return [...run, using.dispose];
}

function without(globals) {
  for (const name of globals) delete globalThis[name];
}

/** The symbols of Node cannot be deleted: a `Symbol` that has them no more takes its place. */
function withoutDisposal() {
  const { Symbol } = globalThis;
  function BareSymbol(description) {
    return Symbol(description);
  }
  for (const key of Reflect.ownKeys(Symbol)) {
    if (key === "dispose" || key === "asyncDispose") continue;
    Object.defineProperty(BareSymbol, key, Object.getOwnPropertyDescriptor(Symbol, key));
  }
  globalThis.Symbol = BareSymbol;
}

function stop() {
  const time = Date.now();
  Date.now = () => time;
  performance.now = () => 0;
}

/** What a program, whose imports come first, does next. */
function polyfill() {
  for (const name of ["setImmediate", "MessageChannel", "setTimeout", "setInterval"]) {
    globalThis[name] ??= real[name];
  }
  Symbol.dispose ??= Symbol("Symbol.dispose");
  Symbol.asyncDispose ??= Symbol("Symbol.asyncDispose");
}
