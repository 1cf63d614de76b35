import { move } from "piscina";

import * as work from "./work.mjs";

export const { add, sizeOf, spin } = work;
export const back = (bytes) => move(bytes);
