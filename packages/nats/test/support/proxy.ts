// A way to the server that can be held up and cut: a TCP proxy.

import { connect, createServer, type Server as Listener, type Socket } from "node:net";

/** A proxy in front of one port. */
export class Proxy {
  readonly port: number;
  readonly #listener: Listener;
  /** Those to clients, and those to the server. */
  readonly #clients = new Set<Socket>();
  readonly #servers = new Set<Socket>();

  static async start(to: number): Promise<Proxy> {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    return new Proxy(listener, to);
  }

  private constructor(listener: Listener, to: number) {
    this.#listener = listener;
    this.port = (listener.address() as { readonly port: number }).port;
    listener.on("connection", (client) => {
      const server = connect(to, "127.0.0.1");
      this.#join(client, server, this.#clients);
      this.#join(server, client, this.#servers);
    });
  }

  /** The connections that there are forward nothing any more, or no answers, and say nothing of it. */
  holdUp(what: "all" | "answers" = "all"): void {
    for (const socket of what === "all" ? this.#all : [...this.#servers]) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** Breaks all connections; new ones may be made. */
  cut(): void {
    for (const socket of this.#all) socket.destroy();
  }

  /** Breaks all connections, and takes no more. */
  async end(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#listener.close(resolve));
  }

  get #all(): readonly Socket[] {
    return [...this.#clients, ...this.#servers];
  }

  #join(from: Socket, to: Socket, set: Set<Socket>): void {
    set.add(from);
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => {
      set.delete(from);
      to.destroy();
    });
  }
}
