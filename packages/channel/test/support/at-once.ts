// Outcomes are told at once, whatever the pace: for tests that say in which microtask, or that do so
// much at one go that it would be taken for a burst.

import { pacing } from "../../src/loop/outcomes.js";

pacing.isOn = false;
