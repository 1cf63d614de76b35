// A channel whose traffic is checked: what was sent arrives once, and to each receiver in the order
// in which each sender has sent it.

import { strict as assert } from "node:assert";

import { Chan } from "../../packages/channel/dist/esm/index.js";
import { expectNoWaiters } from "../../packages/channel/dist/esm/testing/index.js";

export class Link {
  chan;
  #sent = [];
  #received = [];

  constructor(cap) {
    this.chan = new Chan(cap);
  }

  /** A task that sends, or receives; it is given its own number. */
  addSender() {
    this.#sent.push(0);
    this.#received.push({ count: 0, sum: 0 });
    return this.#sent.length - 1;
  }

  /** The message in the envelope of this sender; `sent` must follow once it has gone. */
  envelope(sender, message) {
    return { sender, number: this.#sent[sender] + 1, message };
  }

  sent(sender) {
    this.#sent[sender]++;
  }

  /** The message in the envelope; `seen` is what this receiver has had from each sender. */
  open({ sender, number, message }, seen) {
    assert(number > (seen[sender] ?? 0), "a receiver gets what one has sent in order");
    seen[sender] = number;
    const received = this.#received[sender];
    received.count++;
    received.sum += number;
    return message;
  }

  /** To be called when the channel was closed and drained. */
  check() {
    assert.equal(this.chan.len, 0);
    expectNoWaiters(this.chan);
    for (const [sender, n] of this.#sent.entries()) {
      const expected = { count: n, sum: (n * (n + 1)) / 2 };
      assert.deepEqual(this.#received[sender], expected, "what was sent arrives once");
    }
  }
}
