// Programs as texts, which say in a comment at their end what they print.

import { format } from "node:util";

import ts from "typescript";

/** What a program says that it prints, below `// Output:`. */
export function outputOf(code: string): string {
  return (code.split("// Output:\n")[1] ?? "").replaceAll(/^\/\/ ?/gm, "");
}

/** Runs a program to its end, and gives what it prints. It sees the `globals` instead of its own. */
export async function run(
  code: string,
  globals: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { outputText } = ts.transpileModule(code, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  let printed = "";
  const console = { log: (...args: unknown[]) => (printed += `${format(...args)}\n`) };
  const given = { require, exports: {}, console, ...globals };
  // A module may await at its top level, a function must be told that it may.
  const body = `return (async () => {${outputText}})();`;
  // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the code is ours, of this repository
  const main = new Function(...Object.keys(given), body);
  await (main as (...args: unknown[]) => Promise<void>)(...Object.values(given));
  return printed;
}
