// A NATS server of the test's own, and connections to it.

import { connect, type ConnectionOptions, type NatsConnection } from "@nats-io/transport-node";

import { freePort, ServerProcess } from "../../../../tools/testing/nats-server.js";

export { describeWithServer } from "../../../../tools/testing/nats-server.js";

/** A server. */
export class Server extends ServerProcess {
  readonly #connections: NatsConnection[] = [];

  static override async start(config?: string): Promise<Server> {
    const server = new Server(await freePort(), config);
    await server.start();
    return server;
  }

  /** A connection that comes back by itself, quickly; it is closed with the server. */
  async connect(options: ConnectionOptions = {}): Promise<NatsConnection> {
    const connection = await connect({
      servers: `127.0.0.1:${this.port}`,
      maxReconnectAttempts: -1,
      reconnectTimeWait: 20,
      reconnectJitter: 0,
      ...options,
    });
    this.#connections.push(connection);
    return connection;
  }

  /** Closes the connections, ends the process and removes the store. */
  override async end(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()));
    await super.end();
  }
}
