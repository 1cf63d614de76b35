// Nothing that it returns can be transferred.
export { add, back, sizeOf, spin } from "./work.mjs";
