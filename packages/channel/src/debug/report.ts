// The text of reports, for a tired reader: what waits, on what, since when, where in the program.
// Pure: it is told what waits, what time it is, and how to write.

import type { Sleeper } from "./waiting.js";

/** Why a report is made; "left" if tasks were left behind. */
export type Reason = "deadlock" | "leak" | "left" | "waiting";

/** How a report is written. */
export interface Style {
  readonly format: "text" | "json";
  readonly colour: boolean;
  /** In epoch milliseconds. */
  readonly now: number;
}

/** More of them are no help, and a pipe takes only so much at a time. */
const MAX_TASKS = 100;

const TITLES: Readonly<Record<Reason, (count: number) => string>> = {
  deadlock: () => "fatal error: all tasks are asleep - deadlock!",
  leak: (count) =>
    count === 1
      ? "leak: an operation waits that nothing can end, since nothing refers to it any more"
      : `leak: ${count} operations wait that nothing can end, since nothing refers to them any more`,
  left: (count) =>
    `the program has ended, and ${count} ${count === 1 ? "operation still waits" : "operations still wait"}`,
  waiting: (count) => (count === 0 ? "nothing waits" : `${count} ${plural(count)}`),
};

/** The report, with an end of line. */
export function reportOf(reason: Reason, sleepers: readonly Sleeper[], style: Style): string {
  if (style.format === "json") return `${JSON.stringify({ chankit: reason, waiting: sleepers })}\n`;
  const paint = painter(style.colour);
  const title = TITLES[reason](sleepers.length);
  const isBad = reason !== "waiting";
  const blocks = [paint(isBad ? "red" : "bold", title)];

  const groups = groupsOf(sleepers);
  groups.slice(0, MAX_TASKS).forEach(([first, count], index) => {
    blocks.push(blockOf(first, count, index, style, paint));
  });
  if (groups.length > MAX_TASKS) blocks.push(`and ${groups.length - MAX_TASKS} more`);
  return `${blocks.join("\n\n")}\n`;
}

function blockOf(
  sleeper: Sleeper,
  count: number,
  index: number,
  { now }: Style,
  paint: Paint,
): string {
  const { kind, on, task, since, stack, state, hint, daemon } = sleeper;
  const name = task === undefined ? `task ${index + 1}` : `task ${JSON.stringify(task)}`;
  const more = count === 1 ? "" : `, and ${count - 1} more at this place`;
  const lines = [
    `${paint("bold", name)} [${kind}${daemon ? ", daemon" : ""}]${more}:`,
    `  ${paint("yellow", on)}${state === "" ? "" : ` (${state})`}, for ${lengthOf(now - since)}, since ${timeOf(since)}`,
  ];
  if (hint !== undefined) lines.push(`  ${hint}`);
  for (const frame of stack.split("\n")) if (frame !== "") lines.push(paint("dim", `    ${frame}`));
  return lines.join("\n");
}

/** Those that wait for the same at the same place are told once, the longest-waiting of them. */
function groupsOf(sleepers: readonly Sleeper[]): [Sleeper, number][] {
  const groups = new Map<string, [Sleeper, number]>();
  for (const sleeper of sleepers) {
    const { kind, on, task, stack } = sleeper;
    const key = JSON.stringify([kind, on, task, stack]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [sleeper, 1]);
    else group[1]++;
  }
  return [...groups.values()];
}

function plural(count: number): string {
  return count === 1 ? "operation waits" : "operations wait";
}

/** "350 ms", "3.2 s", "5 min", "27 h": as much as one can grasp. */
function lengthOf(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 100_000) return `${Math.round(ms / 100) / 10} s`;
  return ms < 6_000_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`;
}

/** A faked clock may show anything. */
function timeOf(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString();
}

type Paint = (style: keyof typeof CODES, text: string) => string;

const CODES = { bold: 1, dim: 2, red: 31, yellow: 33 };

function painter(colour: boolean): Paint {
  return (style, text) => (colour ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text);
}
