import type { RecordedEvent } from "../../src/debug/events.js";

type Given = Partial<RecordedEvent> & Pick<RecordedEvent, "kind" | "task">;

/** Events, a millisecond apart unless their time is given; `from` counts in the list. */
export function eventsOf(...given: readonly Given[]): readonly RecordedEvent[] {
  return given.map((one, id) => {
    const time = one.time ?? 1000 + id;
    const rest = { on: 'Chan "jobs"', detail: undefined, from: undefined };
    return { ...rest, id, since: time, ...one, time };
  });
}
