export { isGarbage } from "../../../../tools/testing/memory.js";
