export { collect as toldToProcess } from "../../../../tools/testing/process.js";
