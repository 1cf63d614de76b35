import fastq from "fastq";

/** As many as our pool has in its queue and in progress. */
const MAX_OUTSTANDING = 1024 + 8;

export default {
  pool: (count) =>
    new Promise((resolve) => {
      // A job that ends within the call of `push` would never be in the queue.
      const queue = fastq((_, done) => queueMicrotask(() => done(null)), 8);
      let pushed = 0;
      let ended = 0;
      const fill = () => {
        for (; pushed < count && pushed - ended < MAX_OUTSTANDING; pushed++) {
          queue.push(pushed, onEnd);
        }
      };
      const onEnd = () => {
        ended++;
        if (ended === count) resolve();
        else fill();
      };
      fill();
    }),
};
