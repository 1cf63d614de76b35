// A table of SQLite: by Node's own module where there is one (Node ≥ 22.5), else by better-sqlite3, if
// that has been installed.

import type { Row, Table } from "./insert.js";

/** As much of a database as both modules have. */
interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): { run(...values: readonly string[]): unknown; all(): unknown[] };
  close(): void;
}

/** Loads a module that may not be there. */
export type Load = (name: string) => Promise<unknown>;

/** A table with these columns in the database at `path`, which is made if need be. */
export async function openTable(
  path: string,
  columns: readonly string[],
  load: Load = (name) => import(name),
): Promise<Table & Disposable & { readonly count: number }> {
  const database = await open(path, load);
  database.exec(`CREATE TABLE IF NOT EXISTS lines (${columns.map(quoted).join(", ")})`);
  const places = columns.map(() => "?").join(", ");
  const statement = database.prepare(`INSERT INTO lines VALUES (${places})`);
  return {
    insert(rows: readonly Row[]): void {
      // One transaction for all of them: a commit for each would take a hundred times as long.
      database.exec("BEGIN");
      try {
        for (const row of rows) statement.run(...row);
        database.exec("COMMIT");
      } catch (error) {
        database.exec("ROLLBACK");
        throw error;
      }
    },
    get count(): number {
      const [{ n }] = database.prepare("SELECT count(*) AS n FROM lines").all() as [{ n: number }];
      return n;
    },
    [Symbol.dispose](): void {
      database.close();
    },
  };
}

async function open(path: string, load: Load): Promise<Database> {
  try {
    const { DatabaseSync } = (await load("node:sqlite")) as {
      DatabaseSync: new (p: string) => Database;
    };
    return new DatabaseSync(path);
  } catch {
    const { default: Sqlite } = (await load("better-sqlite3")) as {
      default: new (p: string) => Database;
    };
    return new Sqlite(path);
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
