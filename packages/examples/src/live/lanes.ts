// The lanes of the workers: a canvas each, in which time runs from left to right. What is drawn there is
// also said in words beside it, since a canvas tells a screen reader nothing.

import type { WorkerInfo } from "@chankit/pool";

import { make, setText } from "./elements.js";
import type { Order, Span } from "./order.js";

/** So much of the past is seen, and so much of what is to come, in milliseconds. */
const PAST = 12_000;
const FUTURE = 2000;
const HEIGHT = 30;
const RADIUS = 5;

interface Lane {
  readonly canvas: HTMLCanvasElement;
  readonly what: HTMLElement;
  readonly abort: HTMLButtonElement;
}

/** The list of lanes, one a worker. */
export class Lanes {
  readonly #list: HTMLElement;
  readonly #onAbort: (worker: number) => void;
  readonly #lanes: Lane[] = [];

  constructor(list: HTMLElement, onAbort: (worker: number) => void) {
    this.#list = list;
    this.#onAbort = onAbort;
  }

  /** Shows `workers` and their runs at the time `now`. */
  show(workers: readonly WorkerInfo<Order>[], spans: readonly Span[], now: number): void {
    while (this.#lanes.length < workers.length) this.#add();
    while (this.#lanes.length > workers.length) this.#remove();
    const styles = getComputedStyle(this.#list);
    this.#lanes.forEach((lane, i) => {
      const own = spans.filter(({ worker }) => worker === i);
      const { busy, completed } = workers[i] as WorkerInfo<Order>;
      const running = own.findLast(({ end }) => end === undefined);
      const doing =
        running === undefined ? (busy ? "waits for a reader" : "idle") : `job ${running.id}`;
      setText(lane.what, `${doing}, ${completed} done`);
      lane.abort.disabled = running === undefined;
      draw(lane.canvas, own, now, styles);
    });
  }

  #add(): void {
    const worker = this.#lanes.length;
    const canvas = make("canvas", { "aria-hidden": "true" });
    const what = make("span", { class: "what" });
    const abort = make(
      "button",
      { type: "button", "aria-label": `abort what worker ${worker} runs` },
      "abort",
    );
    abort.addEventListener("click", () => {
      this.#onAbort(worker);
    });
    const id = make("span", { class: "id" }, String(worker));
    this.#list.append(make("li", {}, id, canvas, what, abort));
    this.#lanes.push({ canvas, what, abort });
  }

  #remove(): void {
    const lane = this.#lanes.pop();
    const hadFocus = lane?.abort === document.activeElement;
    this.#list.lastElementChild?.remove();
    // A focus that vanishes would begin again at the top of the page.
    if (hadFocus) this.#lanes.at(-1)?.abort.focus();
  }
}

function draw(
  canvas: HTMLCanvasElement,
  spans: readonly Span[],
  now: number,
  styles: CSSStyleDeclaration,
): void {
  const width = canvas.clientWidth;
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
  }
  const context = canvas.getContext("2d");
  if (context === null) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, HEIGHT);
  const colour = (name: string): string => styles.getPropertyValue(name);
  const x = (time: number): number => ((time - now + PAST) / (PAST + FUTURE)) * width;

  for (const { id, start, due, end, outcome } of spans) {
    const left = x(start);
    const right = x(end ?? now);
    if (right < -RADIUS) continue;
    const fill = colour(FILLS[outcome]);
    if (end === undefined && due > now) box(context, left, x(due), fill, 0.25);
    box(context, left, right, fill, 1);
    if (outcome === "failed") cross(context, left, right, colour("--on-bar"));
    const label = String(id);
    if (outcome !== "failed" && right - Math.max(left, 0) > 9 * label.length + 6) {
      context.fillStyle = colour("--on-bar");
      context.font = "12px system-ui, sans-serif";
      context.fillText(label, Math.max(left, 0) + 6, HEIGHT / 2 + 4);
    }
  }
  context.fillStyle = colour("--faint");
  context.fillRect(x(now), 0, 1, HEIGHT);
}

const FILLS = { running: "--inProgress", done: "--retrieved", failed: "--failed" } as const;

function box(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  fill: string,
  alpha: number,
): void {
  context.globalAlpha = alpha;
  context.fillStyle = fill;
  context.beginPath();
  context.roundRect(left, 4, Math.max(2, right - left - 1), HEIGHT - 8, RADIUS);
  context.fill();
  context.globalAlpha = 1;
}

/** What failed is told by its form as well, not by colour alone. */
function cross(
  context: CanvasRenderingContext2D,
  left: number,
  right: number,
  stroke: string,
): void {
  const middle = (left + right) / 2;
  const size = Math.min(4, (right - left) / 3);
  context.strokeStyle = stroke;
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(middle - size, HEIGHT / 2 - size);
  context.lineTo(middle + size, HEIGHT / 2 + size);
  context.moveTo(middle + size, HEIGHT / 2 - size);
  context.lineTo(middle - size, HEIGHT / 2 + size);
  context.stroke();
}
