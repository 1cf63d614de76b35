// Stops the clock by which channels decide that the event loop is due for a turn, so that nothing is
// ever postponed. The clock is captured when the package is loaded: import this before it.

Object.defineProperty(globalThis, "performance", { configurable: true, value: { now: () => 0 } });
