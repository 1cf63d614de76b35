// What texts point to must be there: the rules that tests cite by their codes, the tests that forbid
// the faults found elsewhere, and whatever a link leads to.

import { describe, expect, it } from "@jest/globals";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(__dirname, "../../..");
const contract = readFileSync(join(root, "docs/contract.md"), "utf8");
const rules = new Set([...contract.matchAll(/^- \*\*([A-Z]\d+)\*\*/gm)].map(([, code]) => code));
const go = readFileSync(join(root, "packages/channel/test/go/README.md"), "utf8");
const statements = new Set([...go.matchAll(/^- \*\*(G\d+)\*\*/gm)].map(([, code]) => code));
const faults = new Set([...contract.matchAll(/^\| ([A-Z]\d+) +\|/gm)].map(([, code]) => code));

/** The codes that begin the names of the tests in the file, by the text of the name. */
function citations(file: string): string[] {
  const names = readFileSync(file, "utf8").matchAll(/["`]((?:[A-Z]\d+(?:, )?)+): /g);
  return [...names].flatMap(([, codes = ""]) => codes.split(", ").filter((code) => code !== ""));
}

describe("the contract", () => {
  const cited = new Set(
    readdirSync(join(root, "packages")).flatMap((name) => {
      const folder = join(root, "packages", name, "test");
      const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
      return files
        .filter((file) => file.endsWith(".test.ts"))
        .flatMap((file) => citations(join(folder, file)));
    }),
  );

  it("has every rule, fault and statement on Go that a test cites", () => {
    const known = new Set([...rules, ...faults, ...statements]);
    expect([...cited].filter((code) => !known.has(code))).toEqual([]);
  });

  it("names tests that there are, for each fault found elsewhere", () => {
    const text = readFileSync(join(root, "docs/faults.md"), "utf8");
    const [channels = "", pools = "", threads = ""] = text.split(/^## (?:Pools|Threads)$/m);
    const all = { channel: channels, pool: pools, threads };
    const missing = Object.entries(all).flatMap(([name, text]) => {
      const tests = [...text.matchAll(/\| `([^`]+)`: (.*?) +\|$/gm)];
      expect(tests.length).toBeGreaterThan(5);
      return tests.filter(([, file = "", title = ""]) => {
        const path = join(root, "packages", name, "test", `${file}.test.ts`);
        return !existsSync(path) || !readFileSync(path, "utf8").includes(title);
      });
    });

    expect(missing.map(([row]) => row)).toEqual([]);
  });

  it("has no rule that no test cites", () => {
    expect([...rules].filter((code = "") => !cited.has(code))).toEqual([]);
  });
});

describe.each(["CONTRIBUTING.md", "ARCHITECTURE.md"])("%s", (path) => {
  it("names files that there are", () => {
    const text = readFileSync(join(root, path), "utf8");
    const names = new Set([...text.matchAll(/`([\w./-]+\.(?:ts|mjs|md|svg))`/g)].map(([, n]) => n));
    const all = ["packages", "tools", "bench", "docs"].flatMap((folder) =>
      filesIn(folder, (name) => name !== "node_modules"),
    );
    const missing = [...names].filter(
      (name = "") =>
        !existsSync(join(root, name)) && !all.some((file) => file.endsWith(`/${name}`)),
    );

    expect(missing).toEqual([]);
  });
});

describe("the rooms in ARCHITECTURE.md", () => {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const chapters = {
    channel: "The channel package",
    pool: "The pool",
    threads: "Threads",
    nats: "The pool over many machines",
  };

  it.each(Object.entries(chapters))(
    "are the folders of %s, with files that there are",
    (name, title) => {
      const [, chapter = ""] = text.split(`\n## ${title}\n`);
      const [own = ""] = chapter.split("\n## ");
      const rows = [...own.matchAll(/^\| `([a-z]+)\/` +\| (.*?) +\|$/gm)];
      const source = join(root, "packages", name, "src");
      const folders = readdirSync(source, { withFileTypes: true }).filter((it) => it.isDirectory());
      const missing = rows.flatMap(([, room = "", what = ""]) =>
        [...what.matchAll(/`([a-z-]+)`/g)]
          .map(([, file = ""]) => join(room, `${file}.ts`))
          .filter((file) => !existsSync(join(source, file))),
      );

      expect(rows.map(([, room]) => room).sort()).toEqual(folders.map((it) => it.name).sort());
      expect(missing).toEqual([]);
    },
  );
});

describe.each(markdown())("%s", (path) => {
  it("names commands that there are", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = readFileSync(join(root, path), "utf8").matchAll(/npm run ([a-z:]+)/g);

    expect([...named].map(([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual(
      [],
    );
  });

  it("has links that lead somewhere", () => {
    const links = readFileSync(join(root, path), "utf8").matchAll(
      /\]\((?!https:)([^)#]*)#?([^)]*)\)|(?:src|href)="(?!https:)([^"#]*)"/g,
    );
    const broken = [...links].filter(([, file, section = "", attribute]) => {
      const to = file ?? attribute ?? "";
      const target = join(root, to === "" ? path : join(dirname(path), to));
      return !existsSync(target) || (section !== "" && !sectionsOf(target).includes(section));
    });

    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

/** Every Markdown file that is not made by a tool. */
function markdown(): readonly string[] {
  const skipped = /node_modules|dist$|^docs.api$|^packages.\w+.api$|^\.(?!github)/;
  return filesIn("", (_, path) => !skipped.test(path)).filter((path) => path.endsWith(".md"));
}

/** The files in a folder, and in all folders of it that are `wanted`. */
function filesIn(
  folder: string,
  wanted: (name: string, path: string) => boolean,
): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!wanted(entry.name, path)) return [];
    return entry.isDirectory() ? filesIn(path, wanted) : [path];
  });
}

/** The names by which a link finds the sections of a Markdown file. */
function sectionsOf(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
