// The workloads on channels, for a library whose operations are promises: each library runs them in
// a process of its own, so that the engine optimises them for it alone.

/** `make(cap)`, `send(channel, value)`, `recv(channel)` and perhaps `select(a, b)`: as a user writes them. */
export function channelWorkloads({ make, send, recv, select }) {
  async function sendAll(channel, count) {
    for (let i = 0; i < count; i++) await send(channel, i);
  }

  async function recvAll(channel, count) {
    for (let i = 0; i < count; i++) await recv(channel);
  }

  async function spsc(cap, count) {
    const channel = make(cap);
    await Promise.all([sendAll(channel, count), recvAll(channel, count)]);
  }

  async function selectAll(a, b, count) {
    for (let i = 0; i < count; i++) await select(a, b);
  }

  const workloads = {
    spsc: (count) => spsc(0, count),
    "spsc-128": (count) => spsc(128, count),

    async "ping-pong"(count) {
      const ping = make(0);
      const pong = make(0);
      const player = async () => {
        for (let i = 0; i < count; i++) await send(pong, await recv(ping));
      };
      const done = player();
      for (let i = 0; i < count; i++) {
        await send(ping, i);
        await recv(pong);
      }
      await done;
    },

    async mpmc(count) {
      const channel = make(16);
      const share = count / 10;
      const tasks = [];
      for (let i = 0; i < 10; i++) tasks.push(sendAll(channel, share), recvAll(channel, share));
      await Promise.all(tasks);
    },
  };
  if (select === undefined) return workloads;

  return {
    ...workloads,

    async "select-2"(count) {
      const a = make(0);
      const b = make(0);
      await Promise.all([sendAll(a, count / 2), sendAll(b, count / 2), selectAll(a, b, count)]);
    },

    async "select-done"(count) {
      const channel = make(0);
      const done = make(0);
      await Promise.all([sendAll(channel, count), selectAll(channel, done, count)]);
    },
  };
}
