// A pool whose streams lie in the memory of the server: nothing of it outlives the server, so the package has no
// option for it. Its streams are made anew with the same settings, before they hold anything.

import { jetstreamManager } from "@nats-io/jetstream";

/** Opens a pool that lies in this store, `"file"` or `"memory"`. */
export async function reopenIn(store, connection, open) {
  const pool = await open();
  if (store === "file") return pool;
  await pool.leave();
  const { streams, consumers } = await jetstreamManager(connection);
  for await (const { config } of streams.list(`chankit.${pool.name}.>`)) {
    const [consumer] = await consumers.list(config.name).next();
    await streams.delete(config.name);
    await streams.add({ ...config, storage: "memory" });
    if (consumer !== undefined) await consumers.add(config.name, consumer.config);
  }
  return open();
}
