import { ThreadWorker } from "poolifier";

import * as work from "./work.mjs";

// Nothing that it returns can be transferred.
export default new ThreadWorker({ ...work });
