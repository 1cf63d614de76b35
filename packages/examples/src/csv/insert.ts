// From a CSV to a table, of whatever length, in flat memory: lines are read no faster than they are
// inserted, and inserted many at a time.

import { batch, Chan, Group, pipe, type RecvChan } from "@chankit/channel";

/** What rows are inserted into. */
export interface Table {
  /** Inserts all or, by throwing, none. */
  insert(rows: readonly Row[]): void;
}

/** The fields of a line. */
export type Row = readonly string[];

/** How many rows are inserted at a time. */
const SIZE = 1000;
/** How many lines may be read ahead. */
const AHEAD = 100;

/**
 * Inserts the lines, but for the first, which has the names of the columns, and gives their number. At
 * most `SIZE + AHEAD` of them are held at any time. If a line or an insert fails, so does this, and the
 * source is closed; what was inserted before stays.
 */
export async function insertLines(lines: AsyncIterable<string>, table: Table): Promise<number> {
  const rows = new Chan<Row>(AHEAD);
  const group = new Group();
  let inserted = 0;
  void group.go((signal) => pipe(parse(lines), rows, { signal }));
  void group.go(async (signal) => {
    // Full batches, or what has come within a second: slow lines are seen in the table, too.
    const batches: RecvChan<Row[]> = batch(rows, { size: SIZE, within: 1000 });
    for await (const some of batches.values({ signal })) {
      table.insert(some);
      inserted += some.length;
    }
  });
  await group.wait();
  return inserted;
}

/** The rows of the lines: fields without commas or quotes in them, as many in each. */
async function* parse(lines: AsyncIterable<string>): AsyncGenerator<Row> {
  let columns: number | undefined;
  let n = 0;
  for await (const line of lines) {
    n++;
    const row = line.split(",");
    if (columns !== undefined && row.length !== columns) {
      throw new SyntaxError(`line ${n} has ${row.length} fields, not ${columns}`);
    }
    if (columns !== undefined) yield row;
    columns ??= row.length;
  }
}
