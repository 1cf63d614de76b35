// What the server has to check before it stores a message, and how it is told.

import { headers as newHeaders, type MsgHdrs } from "@nats-io/transport-node";

/** The conditions. */
export interface Conditions {
  /** An id: what has one that is known is not stored again. */
  readonly msgID?: string | undefined;
  /** Where the stream ends. */
  readonly lastSequence?: number;
  /** Where the messages of this subject end: 0 if there must be none. */
  readonly lastSubjectSequence?: number;
  /** The id of the message that the stream ends with. */
  readonly lastMsgID?: string | undefined;
}

const HEADERS: readonly (readonly [keyof Conditions, string])[] = [
  ["msgID", "Nats-Msg-Id"],
  ["lastSequence", "Nats-Expected-Last-Sequence"],
  ["lastSubjectSequence", "Nats-Expected-Last-Subject-Sequence"],
  ["lastMsgID", "Nats-Expected-Last-Msg-Id"],
];

/** Those of nearly all entries. They never change: so they are made once, and written once. */
const ONLY_ONE: MsgHdrs = ((): MsgHdrs => {
  const header = "Nats-Expected-Last-Subject-Sequence";
  const all = newHeaders();
  all.append(header, "0");
  const bytes = new TextEncoder().encode(`NATS/1.0\r\n${header}: 0\r\n\r\n`);
  // As the client would do it, each time.
  return Object.assign(all, { encode: () => bytes });
})();

/** The conditions as they travel. */
export function headersOf(conditions: Conditions): MsgHdrs {
  const { msgID, lastSequence, lastSubjectSequence, lastMsgID } = conditions;
  const isOnlyOne = (msgID ?? lastSequence ?? lastMsgID) === undefined;
  if (isOnlyOne && lastSubjectSequence === 0) return ONLY_ONE;
  const all = newHeaders();
  for (const [name, header] of HEADERS) {
    const value = conditions[name];
    if (value !== undefined) all.append(header, String(value));
  }
  return all;
}
