export { Gate } from "../../../../tools/testing/gate.js";
