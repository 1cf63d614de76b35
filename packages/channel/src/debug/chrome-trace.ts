// A recording in the trace event format of Chrome, which Perfetto opens: a thread a task, a slice an
// event, and a flow from each send to the receive that took its value.
//
// A slice of no length would be lost, and a flow has to leave and reach its slices while they last,
// later than it left. So each slice goes on for `TAIL` after the instant at which its event took effect.

import { labelOf, lanesOf, type RecordedEvent, sendsOf } from "./events.js";

/** In microseconds, the unit of the format. */
const TAIL = 1;
const PROCESS = 1;

/** The recording as JSON, for ui.perfetto.dev or chrome://tracing. */
export function toChromeTrace(events: readonly RecordedEvent[]): string {
  const lanes = lanesOf(events);
  const sends = sendsOf(events);
  const rows: object[] = [metadata("process_name", 0, { name: "chankit" })];
  for (const [task, lane] of lanes) {
    rows.push(metadata("thread_name", threadOf(lane), { name: task }));
    rows.push(metadata("thread_sort_index", threadOf(lane), { sort_index: lane }));
  }

  const start = Math.min(...firstTimes(events));
  const micros = (time: number): number => Math.round((time - start) * 1000);
  const place = (event: RecordedEvent): object => ({
    pid: PROCESS,
    tid: threadOf(lanes.get(event.task) as number),
  });
  for (const event of events) {
    const begin = micros(event.since);
    const end = micros(event.time);
    rows.push({
      ph: "X",
      name: labelOf(event),
      cat: event.kind,
      ts: begin,
      dur: end - begin + TAIL,
      ...place(event),
      args: { on: event.on },
    });
    const sent = sends.get(event.from);
    if (sent === undefined) continue;
    const flow = { name: event.on, cat: "message", id: event.id };
    rows.push({ ph: "s", ...flow, ts: micros(sent.time) + TAIL / 4, ...place(sent) });
    rows.push({ ph: "f", bp: "e", ...flow, ts: end + (3 * TAIL) / 4, ...place(event) });
  }
  return JSON.stringify({ displayTimeUnit: "ms", traceEvents: rows });
}

function metadata(name: string, tid: number, args: object): object {
  return { ph: "M", name, pid: PROCESS, tid, args };
}

function threadOf(lane: number): number {
  return lane + 1;
}

/** A call has no room for the arguments of a whole recording: the least of each thousand. */
function firstTimes(events: readonly RecordedEvent[]): number[] {
  const times: number[] = [];
  for (let i = 0; i < events.length; i += 1000) {
    times.push(Math.min(...events.slice(i, i + 1000).map(({ since }) => since)));
  }
  return times;
}
