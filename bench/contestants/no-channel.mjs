// No channel: two tasks that await what is there already, as often and with as much garbage as if they talked,
// and that let the event loop have its turn each half millisecond. What is late beside them the engine makes
// late, or the machine.

const SLICE_MS = 0.5;

let calls = 0;
let end = 0;
let turn;

function awaitable(value) {
  if (turn !== undefined) return turn;
  if (++calls % 16 > 0 || performance.now() < end) {
    return Promise.resolve({ ok: true, value, done: false });
  }
  return (turn = new Promise(setImmediate).then(() => {
    turn = undefined;
    end = performance.now() + SLICE_MS;
  }));
}

export const library = {
  make: () => undefined,
  send: (_, value) => awaitable(value),
  recv: () => awaitable(),
};
