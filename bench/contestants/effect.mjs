import { Effect, Queue } from "effect";

const sendAll = (queue, count) =>
  Effect.gen(function* () {
    for (let i = 0; i < count; i++) yield* Queue.offer(queue, i);
  });

const recvAll = (queue, count) =>
  Effect.gen(function* () {
    for (let i = 0; i < count; i++) yield* Queue.take(queue);
  });

const spsc = (cap, count) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const queue = yield* Queue.bounded(cap);
      const tasks = [sendAll(queue, count), recvAll(queue, count)];
      yield* Effect.all(tasks, { concurrency: "unbounded" });
    }),
  );

export default {
  spsc: (count) => spsc(0, count),
  "spsc-128": (count) => spsc(128, count),

  mpmc: (count) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const queue = yield* Queue.bounded(16);
        const tasks = [];
        for (let i = 0; i < 10; i++) {
          tasks.push(sendAll(queue, count / 10), recvAll(queue, count / 10));
        }
        yield* Effect.all(tasks, { concurrency: "unbounded" });
      }),
    ),
};
