// One library in a process of its own: runs the workloads that it is told to run, and says how many
// nanoseconds each took. `rivals.mjs` is at the other end.

const { default: workloads } = await import(`./contestants/${process.argv[2]}.mjs`);

process.on("message", async ({ workload, count }) => {
  const start = process.hrtime.bigint();
  await workloads[workload](count);
  process.send(Number(process.hrtime.bigint() - start));
});
