// One message that is there now, without a puller: for calls that try.

import type { Msg } from "@nats-io/transport-node";

import { GoneError, isConsumerMissing } from "../errors.js";
import { CONSUMER } from "./layout.js";
import type { Ledger } from "./ledger.js";
import { Pulled } from "./puller.js";
import { inboxOf, statusOf } from "./wire.js";

/**
 * The server forgets to answer a pull that waits for nothing, if another pull got the last message
 * meanwhile. After so many ms it is asked whether it has said all.
 */
const SILENCE_MS = 20;

/**
 * The next message of a stream's consumer, if there is one now.
 *
 * @throws GoneError if the pool was destroyed.
 */
export function pullNow(ledger: Ledger, stream: string): Promise<Pulled | undefined> {
  return ledger.call(async (manager) => {
    const message = await ask(ledger, stream);
    const code = message && statusOf(message);
    if (code === 404 || code === 408) return undefined;
    if (message !== undefined && code === 0) return new Pulled(ledger.link, message);
    // There is no such consumer, because there is no pool, or because the server is starting; or it has said nothing,
    // which older servers also do where there is none.
    await manager.consumers.info(stream, CONSUMER).catch((error: unknown) => {
      throw isConsumerMissing(error) ? new GoneError() : error;
    });
    return undefined;
  });
}

async function ask(ledger: Ledger, stream: string): Promise<Msg | undefined> {
  const { link } = ledger;
  // An inbox of its own: a message does not bear the subject by which shared ones tell their answers.
  const inbox = inboxOf(link.connection);
  let answer: Msg | undefined;
  let heard: (message: Msg) => void;
  const isAnswered = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, SILENCE_MS);
    heard = (message) => {
      answer = message;
      clearTimeout(timer);
      resolve();
    };
  });
  const subscription = link.connection.subscribe(inbox, {
    max: 1,
    callback: (_, message) => {
      heard(message);
    },
  });
  try {
    link.say(
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.${CONSUMER}`,
      JSON.stringify({ batch: 1, no_wait: true }),
      inbox,
    );
    await isAnswered;
    // What the server has sent by now arrives before this ends.
    if (answer === undefined) await subscription.drain();
    return answer;
  } finally {
    subscription.unsubscribe();
  }
}
