import fc from "fast-check";

import { isDeep, isFull } from "../../../../tools/testing/depth.js";
import { programs, type RandomProgram } from "./random-program.js";

/** How many random programs a property is tried on. */
export const numRuns = isDeep ? 300 : isFull ? 25 : 10;

/** Fails unless `law` holds for random programs: prints the shortest found that breaks it, and the seed. */
export async function always(
  overflow: "block" | "any",
  law: (program: RandomProgram) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(programs({ overflow }), law), { numRuns });
}
