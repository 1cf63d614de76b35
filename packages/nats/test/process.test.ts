// A process that has a part in a pool.

import { expect, it } from "@jest/globals";
import { join } from "node:path";

import { node } from "../../../tools/testing/program.js";
import { compiledWorkspace } from "../../../tools/testing/workspace.js";
import { Fixture } from "./support/fixture.js";
import { describeWithServer } from "./support/server.js";

describeWithServer("a process", () => {
  const fixture = new Fixture();

  it("D5: ends once its connection is closed, though it has left neither pool nor crew", async () => {
    const code = `
      import { connect } from "@nats-io/transport-node";
      import { DistributedPool, serve } from "@chankit/nats";

      const connection = await connect({ servers: "127.0.0.1:${fixture.server.port}" });
      const tasks = { double: (n) => 2 * n };
      const pool = await DistributedPool.open(connection, "${fixture.name()}");
      await serve(connection, pool.name, tasks, { workers: 1 });
      await pool.queue("double", 1);
      console.log((await pool.retrieve()).output);
      await connection.close();`;
    const folder = join(await compiledWorkspace(), "packages/nats/dist/esm");

    expect(await node(["--input-type=module", "--eval", code], folder)).toBe("2\n");
  });
});
