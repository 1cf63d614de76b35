// A recording as a sequence diagram of Mermaid: an arrow for each value that was sent and received, a
// note for what else happened. GitHub draws such diagrams, up to a size: the newest rows are kept.

import { lanesOf, type RecordedEvent, sendsOf } from "./events.js";

/** Mermaid draws 500 arrows at most, and refuses more than 50,000 characters. */
const MAX_ROWS = 200;
const MAX_TEXT = 60;

/** The recording as the text of a diagram. */
export function toMermaid(events: readonly RecordedEvent[]): string {
  const sends = sendsOf(events);
  const taken = new Set(events.map(({ from }) => from));
  // A send that was received is told by the arrow of its receive, and a select by what it did.
  const rows = events.filter(
    ({ kind, id }) => kind !== "select" && !(kind === "send" && taken.has(id)),
  );
  const shown = rows.slice(-MAX_ROWS);
  const actors = lanesOf(shown.flatMap((event) => [sends.get(event.from) ?? event, event]));
  const actor = (task: string): string => `t${(actors.get(task) as number) + 1}`;

  const lines = ["sequenceDiagram"];
  if (shown.length < rows.length) {
    lines.push(`  %% ${rows.length - shown.length} earlier events are left out`);
  }
  for (const task of actors.keys()) lines.push(`  participant ${actor(task)} as ${text(task)}`);
  for (const event of shown) {
    const sent = sends.get(event.from);
    const to = actor(event.task);
    if (sent !== undefined) lines.push(`  ${actor(sent.task)}->>${to}: ${text(event.on)}`);
    else lines.push(`  Note over ${to}: ${text(noteOf(event))}`);
  }
  return `${lines.join("\n")}\n`;
}

function noteOf({ kind, on, detail }: RecordedEvent): string {
  return kind === "job" ? `job ${detail}` : `${kind} ${on}`;
}

/** What Mermaid would take for its own syntax, as its character codes; "end" alone ends a block. */
function text(label: string): string {
  const short = label.length > MAX_TEXT ? `${label.slice(0, MAX_TEXT - 1)}…` : label;
  const escaped = short.replaceAll(/[^\p{L}\p{N} "'.,_()/=…-]/gu, (character) => {
    return `#${character.codePointAt(0)};`;
  });
  return /^\s*end\s*$/i.test(escaped) ? `(${escaped})` : escaped;
}
