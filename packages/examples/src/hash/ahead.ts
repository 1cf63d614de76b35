// What a walk has still before it.

import { joined } from "./directory.js";

/** The directories that are still to be entered, the last ones found first: that keeps them few. */
export class Ahead {
  readonly #levels: { readonly parent: Buffer; readonly names: string[] }[] = [];
  #root: Buffer | undefined;

  constructor(root: Buffer) {
    this.#root = root;
  }

  add(parent: Buffer, name: Buffer): void {
    let level = this.#levels.at(-1);
    if (level?.parent !== parent) {
      level = { parent, names: [] };
      this.#levels.push(level);
    }
    // Every byte is a character of latin1; a string takes less than a Buffer.
    level.names.push(name.toString("latin1"));
  }

  next(): Buffer | undefined {
    const root = this.#root;
    this.#root = undefined;
    if (root !== undefined) return root;

    for (let level = this.#levels.at(-1); level !== undefined; level = this.#levels.at(-1)) {
      const name = level.names.pop();
      if (name !== undefined) return joined(level.parent, Buffer.from(name, "latin1"));
      this.#levels.pop();
    }
    return undefined;
  }
}
