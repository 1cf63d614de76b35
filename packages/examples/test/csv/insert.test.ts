import { afterEach, describe, expect, it, jest } from "@jest/globals";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { type Load, openTable } from "../../src/csv/database.js";
import { insertLines, type Row } from "../../src/csv/insert.js";
import { bytesInUse } from "../../../../tools/testing/memory.js";
import { isFull } from "../../../../tools/testing/depth.js";

const LINES = isFull ? 200_000 : 20_000;

async function* csv(lines: number, onLine: (n: number) => void = () => undefined) {
  yield "id,name,city";
  for (let n = 1; n <= lines; n++) {
    onLine(n);
    yield `${n},name ${n},city ${n % 100}`;
  }
}

afterEach(() => {
  jest.useRealTimers();
});

describe("insertLines", () => {
  it("inserts all lines but the first, in order, many at a time, and gives their number", async () => {
    // The second after which a batch that is not full goes in is never over, however busy the machine.
    jest.useFakeTimers({ doNotFake: ["setImmediate", "nextTick", "queueMicrotask"] });
    const batches: number[] = [];
    let last = 0;
    const table = {
      insert(rows: readonly Row[]): void {
        batches.push(rows.length);
        for (const [id] of rows) expect(Number(id)).toBe(++last);
      },
    };

    expect(await insertLines(csv(2500), table)).toBe(2500);
    expect(batches).toEqual([1000, 1000, 500]);
  });

  it(`holds no more than a batch and what is read ahead, of ${LINES} lines in a file`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "chankit-csv-"));
    const file = join(folder, "lines.csv");
    await writeFile(file, csvText());
    let inserted = 0;
    let most = 0;
    let read = 0;
    async function* lines(): AsyncGenerator<string> {
      for await (const line of createInterface(createReadStream(file))) {
        read++;
        most = Math.max(most, read - 1 - inserted);
        yield line;
      }
    }
    const before = await bytesInUse();
    let held = 0;
    const table = {
      async measure(): Promise<void> {
        held = Math.max(held, (await bytesInUse()) - before);
      },
      insert(rows: readonly Row[]): void {
        inserted += rows.length;
        if (inserted === LINES / 2) measured = this.measure();
      },
    };
    let measured: Promise<void> | undefined;

    expect(await insertLines(lines(), table)).toBe(LINES);
    await measured;
    await rm(folder, { recursive: true });

    expect(most).toBeLessThanOrEqual(1000 + 100 + 2);
    expect(held).toBeLessThan(4_000_000);
  });

  it("fails with a line that is broken, and with an insert; the source is closed", async () => {
    let isClosed = false;
    async function* broken(): AsyncGenerator<string> {
      try {
        yield* ["a,b", "1,2", "3"];
        yield "never";
      } finally {
        isClosed = true;
      }
    }
    const table = { insert: () => undefined };
    await expect(insertLines(broken(), table)).rejects.toThrow("line 3 has 1 fields, not 2");
    expect(isClosed).toBe(true);

    let read = 0;
    const full = {
      insert(): void {
        throw new Error("disk full");
      },
    };
    await expect(
      insertLines(
        csv(1_000_000, (n) => (read = n)),
        full,
      ),
    ).rejects.toThrow("disk full");
    expect(read).toBeLessThan(5000);
  });
});

describe("openTable", () => {
  /** A module of SQLite that notes what it is told. */
  class Fake {
    static readonly told: string[] = [];
    static fails = false;

    exec(sql: string): void {
      Fake.told.push(sql);
    }

    prepare(sql: string) {
      return {
        run: (...values: readonly string[]) => {
          if (Fake.fails) throw new Error("constraint");
          Fake.told.push(`${sql}: ${values.join()}`);
        },
        all: () => [{ n: 7 }],
      };
    }

    close(): void {
      Fake.told.push("close");
    }
  }

  const module: Load = async (name) => {
    if (name === "node:sqlite") return { DatabaseSync: Fake };
    throw new Error("there is no such module");
  };
  const other: Load = async (name) => {
    if (name === "better-sqlite3") return { default: Fake };
    throw new Error("there is no such module");
  };

  it.each([
    ["node:sqlite", module],
    ["better-sqlite3", other],
  ])("inserts rows in one transaction, by %s", async (_, load) => {
    Fake.told.length = 0;
    const table = await openTable(":memory:", ["id", 'a "name"'], load);
    table.insert([
      ["1", "a"],
      ["2", "b"],
    ]);
    Fake.fails = true;
    expect(() => table.insert([["3", "c"]])).toThrow("constraint");
    Fake.fails = false;
    expect(table.count).toBe(7);
    table[Symbol.dispose]();

    expect(Fake.told).toEqual([
      'CREATE TABLE IF NOT EXISTS lines ("id", "a ""name""")',
      "BEGIN",
      "INSERT INTO lines VALUES (?, ?): 1,a",
      "INSERT INTO lines VALUES (?, ?): 2,b",
      "COMMIT",
      "BEGIN",
      "ROLLBACK",
      "close",
    ]);
  });
});

function csvText(): string {
  let text = "id,name,city\n";
  for (let n = 1; n <= LINES; n++) text += `${n},name ${n},city ${n % 100}\n`;
  return text;
}
