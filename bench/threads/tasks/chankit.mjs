import { serve, transfer } from "@chankit/threads";

import * as work from "./work.mjs";

serve({ ...work, back: (bytes) => transfer(bytes, [bytes.buffer]) });
