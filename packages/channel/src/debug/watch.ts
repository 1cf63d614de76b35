// Tells recordings what happens: operations that need not wait through the cell (`Sight.did`), those that
// wait by what their operation is told.

import { sight } from "../util/sight.js";
import { isPart, type Subject } from "./owners.js";
import { functionOf, Place } from "./place.js";
import { type Actor, now, Recorder } from "./recording.js";
import { currentTask } from "./tasks.js";
import { type Purpose, type Wait, watchBegin } from "./waits.js";

const recorders = new Set<Recorder>();

/** How many frames of ours are above that of the program. */
const OURS = 3;

/** Begins a recording. */
export function startRecording(limit: number | undefined): Recorder {
  const recorder = new Recorder(limit, (it) => {
    recorders.delete(it);
    if (recorders.size > 0) return;
    sight.did = undefined;
    watchBegin(undefined);
  });
  recorders.add(recorder);
  sight.did = note;
  watchBegin(follow);
  return recorder;
}

/** Does `tell` to each recording. */
export function tellRecorders(tell: (recorder: Recorder) => void): void {
  recorders.forEach(tell);
}

/** See `Sight.did`. */
function note(port: unknown, queueOrChosen?: object): void {
  const subject = port as Subject;
  const chan = recordedOf(subject);
  if (chan === undefined) return;
  const task = currentTask()?.name ?? functionOf(new Place(note, OURS).toString());
  const actor = { task, since: undefined };
  tellRecorders((recorder) => {
    if (queueOrChosen === undefined) recorder.close(chan, actor);
    else if (queueOrChosen === subject.receivers) recorder.receive(chan, actor);
    else if (queueOrChosen === subject.senders) recorder.send(chan, actor, false);
    else recorder.select(chan, actor, (queueOrChosen as Chosen).key);
  });
}

interface Chosen {
  readonly key: string | number;
}

/** An operation that waits, of whatever copy. */
interface Told {
  leave: (this: Told) => unknown;
  complete: (this: Told, outcome?: object) => void;
}

/** Notes what an operation is told, which begins to wait now. */
function follow(begun: object, wait: Wait, purposes: readonly Purpose[]): void {
  const operation = begun as Told;
  const since = now();
  const actor = (): Actor => ({ task: wait.task ?? functionOf(wait.stack), since });

  operation.complete = function (outcome) {
    Reflect.deleteProperty(operation, "complete");
    const { key, ok } = { ...outcome } as { key?: string | number; ok?: boolean };
    const { subject, kind } = purposes.find((purpose) => purpose.key === key) as Purpose;
    const chan = recordedOf(subject);
    if (chan !== undefined)
      tellRecorders((recorder) => {
        if (kind === "receive" && ok === true) {
          recorder.handOver(chan, actor(), key);
          return;
        }
        if (kind === "send") recorder.send(chan, actor(), true);
        if (key !== undefined) recorder.select(chan, { ...actor(), since: undefined }, key);
      });
    operation.complete(outcome);
  };
  const { leave } = operation;
  operation.leave = function () {
    // It may end in another way than by being completed.
    Reflect.deleteProperty(operation, "complete");
    return leave.call(operation);
  };
}

/** What is recorded of a subject: nothing of what is part of something else, as a pool's channels. */
function recordedOf(subject: Subject): object | undefined {
  return isPart(subject) ? undefined : (subject.of ?? subject);
}
