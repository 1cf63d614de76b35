// The live page: buttons, sliders, and what is seen of a shop. Everything that is shown is asked for anew at
// each frame, so it is never out of date; what changes nothing is not written.

import { byId, make, setLabel, setText, showCells } from "./elements.js";
import { Lanes } from "./lanes.js";
import { PARTS } from "./law.js";
import { FINISHED_SIZE, ORDERS, type Settings, Shop } from "./shop.js";
import { Sliders } from "./sliders.js";
import { perform, type Verb, VERBS } from "./verbs.js";

const LOG_LENGTH = 6;
const GROUPS = { bring: "Bring jobs", take: "Take results", steer: "Steer", end: "End" } as const;
const NAMES = { waiting: "waiting", inProgress: "in progress", finished: "finished" } as const;

const settings: Settings = {
  rate: 6,
  workers: 4,
  queueSize: 8,
  jobMs: 800,
  failures: 10,
  reads: true,
};
let shop = new Shop(settings);

const sliders = new Sliders(byId("sliders"), settings, (changes) => {
  apply(changes);
});
const lanes = new Lanes(byId("lanes"), (worker) => {
  const hadOne =
    shop.pool.workers[worker]?.abort(new Error("its lane's button was pressed")) ?? false;
  tell("abort", hadOne ? `what worker ${worker} ran` : `worker ${worker} runs nothing`);
});

const reads = byId("reads") as HTMLInputElement;
reads.addEventListener("change", () => {
  apply({ reads: reads.checked });
});
byId("renew").addEventListener("click", () => {
  void shop.end();
  shop = new Shop(settings);
  tell("new", "a pool is open");
});
for (const [group, title] of Object.entries(GROUPS)) {
  const buttons = VERBS.filter((verb) => verb.group === group).map(buttonOf);
  byId("verbs").append(make("fieldset", {}, make("legend", {}, title), ...buttons));
}
const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** When the number of checks was told last: it would flicker. */
let toldAt = 0;
again();

function buttonOf(verb: Verb): HTMLButtonElement {
  const button = make("button", { type: "button", title: verb.does }, verb.name);
  button.addEventListener("click", () => {
    void press(verb);
  });
  return button;
}

/** Tells at once that a verb waits, if it does, and later what came of it. */
async function press(verb: Verb): Promise<void> {
  let isOver = false;
  setTimeout(() => {
    if (!isOver) tell(verb.name, "waits …");
  }, 50);
  const outcome = await perform(verb, shop, (by) => {
    const workers = sliders.move("workers", by);
    shop.change({ workers });
    return workers;
  });
  isOver = true;
  tell(verb.name, outcome);
}

function apply(changes: Partial<Settings>): void {
  Object.assign(settings, changes);
  shop.change(changes);
}

/** The newest comes first. */
function tell(what: string, outcome: string): void {
  const log = byId("log");
  log.prepend(make("li", {}, make("b", {}, what), ` ${outcome}`));
  while (log.children.length > LOG_LENGTH) log.lastElementChild?.remove();
}

function show(now: number): void {
  const { pool, orders, law, spans, queueSize } = shop;
  const { stats } = shop;
  setText(byId("state"), pool.paused ? `${pool.state}, paused` : pool.state);

  showCells(byId("orders"), ORDERS, orders.len, 0);
  setLabel(byId("orders"), `${orders.len} of ${ORDERS}`);
  setText(byId("orders-note"), noteOfOrders(orders.len));

  showCells(byId("queue"), queueSize, stats.waiting, Math.min(stats.blocked, 10));
  setLabel(byId("queue"), `${stats.waiting} wait, there are ${queueSize} places`);
  const blocked =
    stats.blocked === 0 ? "" : `, and ${stats.blocked} wait${stats.blocked === 1 ? "s" : ""}`;
  setText(byId("queue-note"), `${stats.waiting} of ${queueSize}${blocked}`);

  const size = pool.workers.length;
  showCells(byId("progress"), size, stats.inProgress, 0);
  setLabel(byId("progress"), `${stats.inProgress} of ${size} workers`);
  setText(byId("progress-note"), `${stats.inProgress} of ${size} workers`);

  showCells(byId("results"), FINISHED_SIZE, stats.finished, 0);
  setLabel(byId("results"), `${stats.finished} of ${FINISHED_SIZE}`);
  const reading = settings.reads ? "being read" : "not read";
  setText(byId("results-note"), `${stats.finished} of ${FINISHED_SIZE}, ${reading}`);

  lanes.show(pool.workers, spans.all, now);
  showLaw(stats, law, now);
  again();
}

/** With each frame; where motion is not wanted, twice a second. */
function again(): void {
  if (!calm.matches) requestAnimationFrame(show);
  else
    setTimeout(() => {
      show(performance.now());
    }, 500);
}

function noteOfOrders(len: number): string {
  if (shop.isClosed) return "closed: the pool takes no more";
  if (settings.rate === 0) return `${len} of ${ORDERS}; none are made`;
  return len < ORDERS ? `${len} of ${ORDERS}; made at the rate` : "full: their maker waits";
}

function showLaw(stats: Shop["stats"], { checks, violations }: Shop["law"], now: number): void {
  const equation = byId("equation");
  const bar = byId("bar");
  if (equation.childElementCount === 0) {
    equation.append(make("span", {}, make("b", {}), " accepted"));
    PARTS.forEach((part, i) => {
      const colour = { style: `--part: var(--${part})` };
      const name = part in NAMES ? NAMES[part as keyof typeof NAMES] : part;
      equation.append(make("i", {}, i === 0 ? "=" : "+"));
      equation.append(make("span", colour, make("b", {}), ` ${name}`));
      bar.append(make("i", colour));
    });
  }
  const counts = [stats.accepted, ...PARTS.map((part) => stats[part])];
  equation.querySelectorAll("b").forEach((number, i) => {
    setText(number, counts[i]?.toLocaleString("en") ?? "");
  });
  PARTS.forEach((part, i) => {
    const share = stats.accepted === 0 ? 0 : (100 * stats[part]) / stats.accepted;
    (bar.children[i] as HTMLElement).style.width = `${share}%`;
  });
  setLabel(bar, PARTS.map((part) => `${stats[part]} ${part}`).join(", "));
  const held = violations === 0 ? "✓ it has held" : `✗ it was broken ${violations} times`;
  if (now - toldAt > 500) {
    toldAt = now;
    setText(byId("law-note"), `${held}; checked ${checks.toLocaleString("en")} times`);
  }
  byId("bar")
    .closest(".law")
    ?.classList.toggle("broken", violations > 0);
  setText(
    byId("counters"),
    `${stats.failed} failed; callers that wait to bring a job: ${stats.blocked}`,
  );
}
