import pLimit from "p-limit";

export default {
  async pool(count) {
    const limit = pLimit(8);
    const results = [];
    for (let i = 0; i < count; i++) results.push(limit(() => {}));
    await Promise.all(results);
  },
};
