// One library and one kind of event, in this process: `measure.mjs` is at the other end.

import { echoLatency, timerLatency } from "./workloads.mjs";

const [name, event, seconds] = process.argv.slice(2);
const { library } = await import(`../contestants/${name}.mjs`);
process.send(await (event === "timer" ? timerLatency : echoLatency)(library, Number(seconds)));
process.exit();
