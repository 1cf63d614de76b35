export { bytesInUse, isGarbage } from "../../../../tools/testing/memory.js";
