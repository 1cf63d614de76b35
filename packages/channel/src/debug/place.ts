// Where in the program something happened: the frames of a stack that are not ours.
//
// A stack that was captured and not yet written out keeps everything alive that its frames have to do
// with, the channel too; and to write one out takes long. So it is held until the next turn of the
// event loop (`waits.ts`), and then only its text.

/** What V8 writes a stack into. */
interface Capture {
  stack?: unknown;
}

/** So many frames are captured, and so many of the program's own are told. */
const CAPTURED = 32;
const TOLD = 8;

/** Ours, wherever they are installed: npm, pnpm and bundles with source maps name the folder. */
const OURS = /[\\/]@chankit[\\/](?:channel|pool|threads|nats)[\\/](?:dist|src)[\\/]/;
const ROOT = /([^(]*[\\/])channel[\\/](src|dist[\\/]\w+)[\\/](?:debug|wait|select|state)[\\/]/;
const NOT_THE_PROGRAM = /\(?(?:node|bun|ext|deno):|\((?:<anonymous>|index \d+)\)|^at native/;

/** The frames under `above`, and how many of them are ours at least, where that cannot be seen. */
export class Place {
  #capture: Capture | undefined = {};
  readonly #ours: number;
  #text = "";

  constructor(above: (...args: never[]) => unknown, ours: number) {
    this.#ours = ours;
    const { captureStackTrace, stackTraceLimit } = Error as ErrorWithLimit;
    try {
      (Error as ErrorWithLimit).stackTraceLimit = CAPTURED;
      if (captureStackTrace === undefined) this.#capture = new Error();
      else captureStackTrace(this.#capture as object, above);
    } finally {
      (Error as ErrorWithLimit).stackTraceLimit = stackTraceLimit;
    }
  }

  /** One frame a line; nothing if there is none of the program. From now on only the text is kept. */
  toString(): string {
    if (this.#capture !== undefined) {
      this.#text = framesOf(this.#capture.stack, this.#ours).slice(0, TOLD).join("\n");
      this.#capture = undefined;
    }
    return this.#text;
  }
}

interface ErrorWithLimit {
  stackTraceLimit?: number | undefined;
  captureStackTrace?: ((target: object, above: unknown) => void) | undefined;
}

/** The frames of the program in `stack`. */
export function framesOf(stack: unknown, ours: number): string[] {
  // A program may have replaced how stacks are written.
  const all = String(stack)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith("at ") && !NOT_THE_PROGRAM.test(line));
  const root = rootOf(all[0]);
  // In a bundle our frames look like all others: there, how many they are must be known.
  const others = root === undefined ? all.slice(ours) : all.filter((line) => !root.test(line));
  return others.filter((line) => !OURS.test(line));
}

/** The function in which the place is; "main" at the top of a module. */
export function functionOf(frames: string): string {
  const [, name = "main"] = /^at (?:async )?(?:new )?([^(\n]+) \(/.exec(frames) ?? [];
  return name.replace(/^Object\.(?:<anonymous>|(?=\w))/, "") || "main";
}

/** The folders of our packages, by the first frame, which is ours; `undefined` in a bundle. */
function rootOf(frame = ""): RegExp | undefined {
  const match = ROOT.exec(frame);
  if (match === null) return undefined;
  const [, folder, output] = match as unknown as readonly [string, string, string];
  const path = folder.slice(folder.lastIndexOf(" ") + 1);
  return new RegExp(`${quote(path)}(?:channel|pool|threads|nats)[\\\\/]${quote(output)}[\\\\/]`);
}

function quote(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
