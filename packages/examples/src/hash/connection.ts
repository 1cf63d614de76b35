// The connection to a NATS server.

import { connect, type NatsConnection } from "@nats-io/transport-node";

import { FatalError, reasonOf } from "./errors.js";

/**
 * Connects; the connection comes back by itself as often as it breaks.
 *
 * @throws FatalError if there is no server.
 */
export async function connectTo(url: string): Promise<NatsConnection> {
  try {
    return await connect({ servers: url, maxReconnectAttempts: -1 });
  } catch (error) {
    throw new FatalError(`${url}: ${reasonOf(error)}`);
  }
}
