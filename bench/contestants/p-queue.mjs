import PQueue from "p-queue";

export default {
  async pool(count) {
    const queue = new PQueue({ concurrency: 8 });
    const results = [];
    for (let i = 0; i < count; i++) results.push(queue.add(() => {}));
    await Promise.all(results);
  },
};
