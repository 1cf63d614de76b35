import pTimeout from "p-timeout";

import { eightAtATime } from "./jobs.mjs";

const work = async () => {};

export default {
  timeout: (count) => eightAtATime(count, () => pTimeout(work(), { milliseconds: 10_000 })),
};
