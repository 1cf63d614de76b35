// What the engine itself takes: two awaits of settled promises a message, and no channel.

async function awaitAll(count) {
  const settled = Promise.resolve();
  for (let i = 0; i < count; i++) await settled;
}

const twoAwaits = (count) => Promise.all([awaitAll(count), awaitAll(count)]);

export default { "spsc-128": twoAwaits, mpmc: twoAwaits };
