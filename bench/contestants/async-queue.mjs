import async from "async";

export default {
  async pool(count) {
    const queue = async.queue((_, done) => done(null), 8);
    const results = [];
    for (let i = 0; i < count; i++) results.push(queue.pushAsync(i));
    await Promise.all(results);
  },
};
