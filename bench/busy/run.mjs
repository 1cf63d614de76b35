// One measurement in this process: `measure.mjs` is at the other end.

import { bursts, loaded } from "./workloads.mjs";

const [kind, what, rounds] = process.argv.slice(2);
process.send(await (kind === "loaded" ? loaded(Number(what), Number(rounds)) : bursts[what]()));
process.exit();
