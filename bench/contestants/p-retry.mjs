import pRetry from "p-retry";

import { eightAtATime, failingOnce } from "./jobs.mjs";

const options = { retries: 1, minTimeout: 0 };

export default {
  retry: (count) => eightAtATime(count, () => pRetry(failingOnce(), options)),
};
