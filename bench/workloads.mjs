// What is measured, which contestants take part, and what is aimed at: `against` is a contestant, or "peers" for the
// fastest of them; the target is met when `times` (ours by theirs) is at most `most`.

const PEERS = ["thi-ng", "medium", "nodeguy", "effect", "ts-chan", "lesomnus"];
const SELECT_PEERS = PEERS.filter((peer) => peer !== "effect");
const LOCKS = ["async-mutex", "async-sema"];
const POOLS = ["fastq", "fastq-promise", "async-queue", "p-limit", "p-queue"];

/** Slow contestants get a share of the messages, so that a run takes minutes. */
export const SLOW = new Set([
  "effect",
  "ts-chan",
  "lesomnus",
  "nodeguy",
  "async-queue",
  "p-limit",
  "p-queue",
  "fastq-promise",
]);

/** Workloads of ours with less of something, with which those with more are compared. */
export const BASELINES = new Set(["drain-1k", "waiters-1", "cases-10", "channels-1", "spsc-128"]);

export const workloads = [
  {
    name: "spsc",
    title: "one sends, one receives, unbuffered",
    count: 400_000,
    peers: PEERS,
    targets: [
      { against: "go", most: 1.5 },
      { against: "peers", most: 1 / 2.5 },
    ],
  },
  {
    name: "spsc-signal",
    title: "the same, both with a signal",
    count: 200_000,
    peers: [],
    targets: [],
  },
  {
    name: "spsc-timeout",
    title: "the same, received with a timeout of its own",
    count: 100_000,
    peers: [],
    targets: [],
  },
  {
    name: "spsc-128",
    title: "the same, cap 128",
    count: 400_000,
    peers: PEERS,
    targets: [{ against: "floor", most: 1.2 }],
  },
  {
    name: "spsc-128-try",
    title: "the same, each side trying first",
    count: 1_000_000,
    peers: [],
    targets: [{ against: "go", most: 1 }],
  },
  {
    name: "for-await-128",
    title: "for await, cap 128",
    count: 400_000,
    peers: [],
    targets: [{ against: "spsc-128", most: 1.15 }],
  },
  {
    name: "ping-pong",
    title: "a round trip over two channels",
    count: 400_000,
    peers: SELECT_PEERS,
    targets: [{ against: "go", most: 1.3 }],
  },
  {
    name: "mpmc",
    title: "10 send, 10 receive, cap 16",
    count: 400_000,
    peers: PEERS,
    targets: [{ against: "floor", most: 1.2 }],
  },
  {
    name: "select-2",
    title: "select over two receives",
    count: 400_000,
    peers: SELECT_PEERS,
    targets: [{ against: "go", most: 1.2 }],
  },
  {
    name: "select-done",
    title: "select over a receive and a quiet channel",
    count: 400_000,
    peers: SELECT_PEERS,
    targets: [{ against: "go", most: 1.2 }],
  },
  {
    name: "try-pair",
    title: "trySend and tryRecv, one pair",
    count: 2_000_000,
    peers: [],
    targets: [{ against: "go", most: 0.3 }],
  },
  {
    name: "sieve",
    title: "prime sieve, per prime of 1000",
    count: 1000,
    peers: [],
    targets: [{ against: "go", most: 3 }],
  },
  {
    name: "pool",
    title: "8 workers, queue 1024, trivial jobs",
    count: 500_000,
    peers: POOLS,
    targets: [
      { against: "go", most: 1.5 },
      { against: "fastq", most: 1 / 3 },
      { against: "p-queue", most: 1 / 20 },
    ],
  },
  {
    name: "map",
    title: "8 at a time over 100,000 numbers, in order",
    count: 100_000,
    peers: ["p-map", "node-stream"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "retry",
    title: "a function that fails once, 8 at a time",
    count: 20_000,
    peers: ["p-retry"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "timeout",
    title: "a function with a time limit, 8 at a time",
    count: 100_000,
    peers: ["p-timeout"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "batch",
    title: "a value, 100 in a batch",
    count: 500_000,
    peers: ["by-hand"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "batch-within",
    title: "the same, or what has come in a second",
    count: 500_000,
    peers: ["by-hand"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "broadcast",
    title: "a value to 10 receivers, which may be 128 behind; an EventEmitter does not wait",
    count: 100_000,
    peers: ["node-events"],
    targets: [],
  },
  {
    name: "mutex",
    title: "lock and unlock, no waiter",
    count: 200_000,
    peers: LOCKS,
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "mutex-contended",
    title: "lock and unlock, ten tasks",
    count: 200_000,
    peers: LOCKS,
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "semaphore",
    title: "acquire and release, no waiter",
    count: 200_000,
    peers: LOCKS,
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "semaphore-contended",
    title: "acquire and release, ten tasks",
    count: 200_000,
    peers: LOCKS,
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "group",
    title: "functions, 8 at a time",
    count: 100_000,
    peers: ["p-limit"],
    targets: [{ against: "peers", most: 1 }],
  },
  {
    name: "blocked-memory",
    title: "tasks that wait in recv, each",
    count: 1_000_000,
    unit: "bytes",
    alone: true,
    peers: ["floor"],
    targets: [{ against: "go", most: 0.35 }],
  },
  {
    name: "blocked-wake",
    title: "the same, woken by one close, each",
    count: 1_000_000,
    alone: true,
    peers: ["floor"],
    targets: [{ against: "go", most: 0.6 }],
  },
  {
    name: "drain-30k",
    title: "30,000 blocked senders drained, a message, beside 1,000",
    count: 300_000,
    peers: [],
    targets: [{ against: "drain-1k", most: 1.5 }],
  },
  {
    name: "waiters-1k",
    title: "select beside 1,000 that wait, beside 1",
    count: 200_000,
    peers: [],
    targets: [{ against: "waiters-1", most: 1.2 }],
  },
  {
    name: "waiters-100k",
    title: "select beside 100,000 that wait, beside 1",
    count: 200_000,
    peers: [],
    targets: [{ against: "waiters-1", most: 1.2 }],
  },
  {
    name: "cases-10k",
    title: "select of 10,000 cases, a case, beside 10",
    count: 400_000,
    peers: [],
    targets: [{ against: "cases-10", most: 1.5 }],
  },
  {
    name: "channels-100k",
    title: "a message through each of 100,000 channels, beside 1",
    count: 1_000_000,
    peers: [],
    targets: [{ against: "channels-1", most: 10 }],
  },
];
