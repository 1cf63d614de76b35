// What the threads of stages.ts do: each stage is a call that lives as long as its channels.

import { createHash } from "node:crypto";

import type { RecvChan, SendChan } from "@chankit/channel";
import { serve, type TaskContext } from "@chankit/threads";

export interface Block {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export interface Sum {
  readonly number: number;
  readonly sum: string;
}

export const tasks = serve({
  /** Makes blocks, as fast as they are taken; then closes the channel. */
  async make(count: number, { channels: { out } }: TaskContext<{ out: SendChan<Block> }>) {
    for (let number = 0; number < count; number++) {
      await out.send({ number, bytes: new Uint8Array(100_000).fill(number) });
    }
    out.close();
  },

  /** Hashes blocks until there are no more; tells how many it had. */
  async hash(
    _: undefined,
    { channels }: TaskContext<{ in: RecvChan<Block>; out: SendChan<Sum> }>,
  ): Promise<number> {
    let blocks = 0;
    for await (const { number, bytes } of channels.in) {
      await channels.out.send({ number, sum: createHash("sha256").update(bytes).digest("hex") });
      blocks++;
    }
    return blocks;
  },
});
