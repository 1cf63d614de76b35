import { Readable } from "node:stream";

import { numbers } from "./jobs.mjs";

export default {
  async map(count) {
    let seen = 0;
    const results = Readable.from(numbers(count)).map(async (n) => n + 1, { concurrency: 8 });
    for await (const _ of results) seen++;
    if (seen !== count) throw new Error(`${seen} of ${count}`);
  },
};
