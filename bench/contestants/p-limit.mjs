import pLimit from "p-limit";

async function runAll(count) {
  const limit = pLimit(8);
  const results = [];
  for (let i = 0; i < count; i++) results.push(limit(() => {}));
  await Promise.all(results);
}

export default { pool: runAll, group: runAll };
