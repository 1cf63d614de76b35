export { collect } from "../../../../tools/testing/process.js";
