import { it } from "@jest/globals";

/** A test of what only Linux has. */
export const onLinux: typeof it.skip = process.platform === "linux" ? it : it.skip;
