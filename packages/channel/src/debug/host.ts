// What the debug entry needs of the host, if the host has it: Node, Deno and Bun do, a browser does
// not. Nothing is imported: the package names no module of Node, and a bundle for a browser need not
// leave one out.

/** A store that follows a task through its awaits: Node's `AsyncLocalStorage`. */
interface TaskStore<T> {
  run<R>(store: T, fn: () => R): R;
  getStore(): T | undefined;
}

type Listener = (...args: never[]) => void;

/** What is used of `process`. */
export interface HostProcess {
  readonly stdout?: unknown;
  readonly stderr?: unknown;
  exitCode?: number | string | null | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  on(event: string, listener: Listener): unknown;
  off(event: string, listener: Listener): unknown;
  prependListener(event: string, listener: Listener): unknown;
  getBuiltinModule?(name: string): unknown;
  getActiveResourcesInfo?(): string[];
}

interface Modules {
  readonly async_hooks: {
    readonly AsyncLocalStorage: new <T>() => TaskStore<T>;
    createHook(callbacks: {
      init(id: number, type: string, trigger: number, resource: object): void;
      before(id: number): void;
      destroy(id: number): void;
    }): { enable(): void; disable(): void };
  };
  readonly fs: { writeSync(fd: number, bytes: Uint8Array): number };
  readonly tty: { isatty(fd: number): boolean };
  readonly util: { inspect(value: unknown, options: object): string };
  readonly module: { syncBuiltinESMExports(): void };
}

const { process } = globalThis as unknown as { readonly process?: Partial<HostProcess> };

/** `undefined` in a browser, also where a bundler has put something in its place. */
export const host: HostProcess | undefined =
  typeof process?.prependListener === "function" ? (process as HostProcess) : undefined;

/** A module of Node, if there is one. */
export function builtin<K extends keyof Modules>(name: K): Modules[K] | undefined {
  return host?.getBuiltinModule?.(`node:${name}`) as Modules[K] | undefined;
}
