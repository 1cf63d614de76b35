// What a server in memory is asked about its streams and consumers: see `fake-nats.ts`.

import { ApiError, FakeConsumer, FakeStream, matches } from "./fake-streams.js";

/** The body of a request, of whatever kind. */
export interface Asked {
  readonly subject: string;
  readonly seq: number | undefined;
  readonly last_by_subj: string;
  readonly next_by_subj: string | undefined;
  readonly subjects_filter: string | undefined;
  readonly config: { readonly ack_wait: number };
}

/** Answers a call as `STREAM.INFO.name`. */
export function callApi(streams: Map<string, FakeStream>, call: string, asked: Asked): object {
  if (call === "STREAM.LIST") return list(streams, asked.subject);
  const [, verb = "", name = ""] = /^([A-Z.]+)\.(chankit-[^.]+)/u.exec(call) ?? [];
  if (verb === "STREAM.CREATE") {
    if (streams.has(name)) throw new ApiError(10058, "stream name already in use");
    streams.set(name, new FakeStream(asked as never));
  }
  const stream = streams.get(name);
  if (stream === undefined) throw new ApiError(10059, "stream not found");
  switch (verb) {
    case "STREAM.UPDATE":
      stream.config = asked as never;
      break;
    case "STREAM.DELETE":
      streams.delete(name);
      break;
    case "STREAM.PURGE":
      stream.purge(asked.seq ?? stream.last + 1);
      break;
    case "STREAM.MSG.GET":
      return messageOf(stream, asked);
    case "STREAM.MSG.DELETE":
      if (!stream.messages.delete(asked.seq as number)) {
        const [first = Infinity] = stream.seqs;
        const isInside = asked.seq! > first && asked.seq! < stream.last;
        throw isInside
          ? new ApiError(10043, "sequence not found")
          : new ApiError(10057, "no message found");
      }
      break;
    case "CONSUMER.DURABLE.CREATE":
      stream.consumer ??= new FakeConsumer(asked.config.ack_wait / 1e6);
      break;
    case "CONSUMER.INFO":
      if (stream.consumer === undefined) throw new ApiError(10014, "consumer not found");
      return { ack_floor: { stream_seq: stream.consumer.floor } };
  }
  return { success: true, ...stream.info(asked.subjects_filter) };
}

function list(streams: Map<string, FakeStream>, subject: string): object {
  const found = [...streams.values()].filter(({ config }) =>
    config.subjects.some((own) => matches(subject, own)),
  );
  const type = "io.nats.jetstream.api.v1.stream_list_response";
  return { type, total: found.length, streams: found.map((it) => it.info()) };
}

function messageOf(stream: FakeStream, asked: Asked): object {
  const seq =
    asked.next_by_subj === undefined
      ? (asked.seq ?? stream.lastOf(asked.last_by_subj))
      : stream.nextOf(asked.next_by_subj, asked.seq as number);
  const message = stream.messages.get(seq);
  if (message === undefined) throw new ApiError(10037, "no message found");
  const { subject, data, at } = message;
  const time = new Date(at).toISOString();
  return { message: { subject, seq, data: Buffer.from(data).toString("base64"), time } };
}
