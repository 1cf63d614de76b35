import fastq from "fastq";

export default {
  pool: (count) =>
    new Promise((resolve) => {
      const queue = fastq((_, done) => done(null), 8);
      let ended = 0;
      const onEnd = () => {
        if (++ended === count) resolve();
      };
      for (let i = 0; i < count; i++) queue.push(i, onEnd);
    }),
};
