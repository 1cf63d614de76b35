export { fakeTime } from "../../../../tools/testing/faked-time.js";
