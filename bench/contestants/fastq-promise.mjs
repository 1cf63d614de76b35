import fastq from "fastq";

export default {
  async pool(count) {
    const queue = fastq.promise(async () => {}, 8);
    const results = [];
    for (let i = 0; i < count; i++) results.push(queue.push(i));
    await Promise.all(results);
  },
};
