// One library in a process of its own: runs the workloads that it is told to run, and says what
// each took: nanoseconds, if it does not give another figure. `rivals.mjs` is at the other end.

const { default: workloads } = await import(`./contestants/${process.argv[2]}.mjs`);

process.on("message", async ({ workload, count, warmUp }) => {
  // A contestant that slept while others ran has cold caches and a heap that has been shrunk.
  if (warmUp > 0) await workloads[workload](warmUp);
  const start = process.hrtime.bigint();
  // A workload that has to prepare something measures by itself.
  const figure = await workloads[workload](count);
  const elapsed = Number(process.hrtime.bigint() - start);
  process.send(typeof figure === "number" ? figure : elapsed);
});
