// One message that is there now, without a puller: for calls that try.

import { Pulled } from "./puller.js";
import type { Ledger } from "./ledger.js";
import { CONSUMER } from "./layout.js";

const TRY_MS = 2000;

/**
 * The next message of a stream's consumer, if there is one now.
 *
 * @throws GoneError if the pool was destroyed.
 */
export async function pullNow(ledger: Ledger, stream: string): Promise<Pulled | undefined> {
  const { link } = ledger;
  const request = JSON.stringify({ batch: 1, no_wait: true });
  const message = await ledger.call((manager) =>
    link.connection
      // An inbox of its own: a message does not bear the subject by which shared ones tell their answers.
      .request(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${CONSUMER}`, request, {
        noMux: true,
        timeout: TRY_MS,
      })
      .catch((error: unknown) => ledger.missing(manager, stream, error)),
  );
  return (message.headers?.code ?? 0) === 0 ? new Pulled(link, message) : undefined;
}
