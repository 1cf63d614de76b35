// Threads in a page: bundlers find the tasks by the expression in the factory.

import { Threads } from "@chankit/threads";
import { check } from "./threads.checks.mjs";

const threads = new Threads(
  () => new Worker(new URL("./threads.tasks.mjs", import.meta.url), { type: "module" }),
  { size: 2 },
);
check(threads, { hasExit: false }).then(
  () => console.log("ok"),
  (error) => console.log(error.stack),
);
