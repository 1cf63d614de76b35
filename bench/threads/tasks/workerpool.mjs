import workerpool from "workerpool";

import * as work from "./work.mjs";

const back = (bytes) => new workerpool.Transfer(bytes, [bytes.buffer]);
workerpool.worker({ ...work, back });
