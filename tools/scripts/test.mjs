// `npm test`, and with the first argument `full` or `deep` all that it leaves out: tests that
// enumerate go farther, those that draw lots draw more. Other arguments go to Jest.

import { run } from "jest";

const [depth, ...args] = process.argv.slice(2);
if (depth === "full" || depth === "deep") process.env.CHANKIT_DEPTH = depth;
