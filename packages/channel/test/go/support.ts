// What Go's tests do with the language, as functions.

import { expect } from "@jest/globals";

import { pending } from "../support/settle.js";

/** The capacities that are tried where any capacity must do. */
export const caps: readonly number[] = [0, 1, 2, 10, 100];

/** The numbers from 0 to `n` - 1. */
export function numbers(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** A task, started by {@link go}. */
export class Task {
  /** Whether it has yet to end. */
  running = true;
  /** Settles when it has ended. Left alone, the failure of a task fails the test all the same. */
  readonly ended: Promise<void>;

  constructor(body: () => Promise<unknown>) {
    this.ended = this.#run(body);
  }

  async #run(body: () => Promise<unknown>): Promise<void> {
    await body();
    this.running = false;
  }
}

/** Starts a task: Go's `go` statement, but that the task goes first until it waits. */
export function go(body: () => Promise<unknown>): Task {
  return new Task(body);
}

/** Starts `n` tasks, each of which is given its number. Resolves when all have ended. */
export async function goMany(n: number, body: (i: number) => Promise<unknown>): Promise<void> {
  await allEnd(...numbers(n).map((i) => go(() => body(i))));
}

/** Resolves when all `tasks` have ended. */
export async function allEnd(...tasks: readonly Task[]): Promise<void> {
  await Promise.all(tasks.map((task) => task.ended));
}

/** Fails unless what `start` starts waits for ever, left alone. */
export async function blocks(start: () => Promise<unknown>): Promise<void> {
  expect(await pending(start())).toBe(true);
}

/** Fails if what `start` starts waits for ever, or fails. */
export async function neverBlocks(start: () => Promise<unknown>): Promise<void> {
  const started = start();
  expect(await pending(started)).toBe(false);
  await started;
}

type Steps = readonly (() => unknown)[];

/**
 * Runs two tasks in every order in which their steps can come: `start` makes the steps of both, and
 * what they work on, anew for each. Gives the number of orders.
 */
export function everyInterleaving(start: () => readonly [Steps, Steps]): number {
  const [a, b] = start();
  const orders = merges(a.length, b.length);
  for (const order of orders) {
    const [a, b] = start().map((steps) => steps.values());
    for (const first of order) (first ? a : b)?.next().value?.();
  }
  return orders.length;
}

/** All ways to merge `a` times true and `b` times false. */
function merges(a: number, b: number): boolean[][] {
  if (a === 0 && b === 0) return [[]];
  const beginning = (first: boolean, rests: boolean[][]): boolean[][] =>
    rests.map((rest) => [first, ...rest]);
  return [
    ...(a > 0 ? beginning(true, merges(a - 1, b)) : []),
    ...(b > 0 ? beginning(false, merges(a, b - 1)) : []),
  ];
}
