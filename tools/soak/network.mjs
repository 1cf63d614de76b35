// One random network: sources, stages of tasks that pass messages on, and what arrives at the end.
// Between two stages are channels, each with its own readers; a writer chooses among them.

import { strict as assert } from "node:assert";

import { Group, WaitGroup } from "../../packages/channel/dist/esm/index.js";
import { Chaos } from "./chaos.mjs";
import { Link } from "./link.mjs";
import { Random } from "./random.mjs";
import { treatments } from "./stages.mjs";
import { receivers, senders } from "./tasks.mjs";

const CAPS = [0, 0, 1, 3, 64, 1000, Infinity];

/**
 * Runs the network that `seed` gives, its stages of these kinds, until `messages` have gone through all of
 * it; throws if anything is wrong.
 */
export async function runNetwork(seed, messages, tally, kinds) {
  const random = new Random(seed);
  const world = { random, tally, kinds, chaos: new Chaos(), group: new Group() };
  const aborting = world.chaos.run(random);

  const sources = random.between(1, 4);
  const perSource = Math.ceil(messages / sources);
  const layers = Array.from({ length: random.between(1, 3) }, () =>
    Array.from({ length: random.between(1, 4) }, () => new Link(random.of(CAPS))),
  );
  startSources(world, sources, perSource, layers[0]);
  const stages = layers.map((links, i) => startStage(world, links, layers[i + 1]));
  await world.group.wait();
  world.chaos.stop();
  await aborting;

  for (const link of layers.flat()) link.check();
  const arrived = Array.from({ length: sources }, () => ({ count: 0, sum: 0 }));
  for (const { source, number } of stages.at(-1).arrived) {
    arrived[source].count++;
    arrived[source].sum += number;
  }
  const expected = { count: perSource, sum: (perSource * (perSource + 1)) / 2 };
  for (const one of arrived) assert.deepEqual(one, expected, "every message arrives once");
  for (const { end } of stages) await end();
}

function startSources(world, sources, perSource, links) {
  const running = new WaitGroup();
  for (let source = 0; source < sources; source++) {
    running.add();
    void world.group.go(async () => {
      const out = new Output(world, links);
      for (let number = 1; number <= perSource; number++) await out.send({ source, number });
      running.done();
    });
  }
  void world.group.go(() => closeAfter(running, links));
}

function startStage(world, links, nextLinks) {
  const { random, group, kinds } = world;
  const { treat, end } = treatments[random.of(kinds)](random);
  const arrived = [];
  const running = new WaitGroup();
  for (const link of links) {
    for (let tasks = random.between(1, 3); tasks > 0; tasks--) {
      const receive = random.of(Object.values(receivers)).bind({});
      const out = nextLinks === undefined ? undefined : new Output(world, nextLinks);
      const seen = [];
      running.add();
      void group.go(async () => {
        for (let r = await receive(link, world); r.ok; r = await receive(link, world)) {
          world.tally.messages++;
          const message = await treat(link.open(r.value, seen), world);
          if (out === undefined) arrived.push(message);
          else await out.send(message);
        }
        running.done();
      });
    }
  }
  if (nextLinks !== undefined) void group.go(() => closeAfter(running, nextLinks));
  return { arrived, end };
}

async function closeAfter(running, links) {
  await running.wait();
  for (const { chan } of links) chan.close();
}

/** How a task sends: each message to one of the links. */
class Output {
  #world;
  #links;
  #send;
  #as;

  constructor(world, links) {
    this.#world = world;
    this.#links = links;
    this.#send = world.random.of(Object.values(senders));
    this.#as = links.map((link) => link.addSender());
  }

  async send(message) {
    const i = this.#world.random.below(this.#links.length);
    const link = this.#links[i];
    await this.#send(link, link.envelope(this.#as[i], message), this.#world);
    link.sent(this.#as[i]);
  }
}
