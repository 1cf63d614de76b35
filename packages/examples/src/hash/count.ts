// The count of what a walk will find, for the ETA.
//
// The walk that feeds the pool cannot tell how far it will go, since the pool holds it back. This one
// is to be far ahead of it: it opens no file, and reads several directories at a time, or it would
// have to queue up behind all that the jobs read.

import { Semaphore, WaitGroup } from "@chankit/channel";

import { Ahead } from "./ahead.js";
import { entriesOf, joined } from "./directory.js";
import type { WalkOptions } from "./walk.js";

// As many as the jobs that are in progress by default: half of what is read is for the count then.
const OPEN_DIRECTORIES = 8;

/** Calls `found` for each entry that {@link walk} would give; ends early when it is aborted. */
export async function count(root: Buffer, options: WalkOptions, found: () => void): Promise<void> {
  const { signal, except } = options;
  const ahead = new Ahead(root);
  const open = new Semaphore(OPEN_DIRECTORIES);
  const readers = new WaitGroup();

  async function read(path: Buffer): Promise<void> {
    try {
      for await (const entry of entriesOf(path, options)) {
        if (entry.isDirectory()) ahead.add(path, entry.name);
        else if (!entry.isSymbolicLink() && except?.equals(joined(path, entry.name)) !== true)
          found();
      }
    } catch {
      // The other walk tells of it.
    }
  }

  function readMore(): void {
    const permit = open.tryAcquire();
    if (permit === undefined) return;

    const path = signal.aborted ? undefined : ahead.next();
    if (path === undefined) {
      permit.release();
      return;
    }
    readers.go(async () => {
      await read(path);
      permit.release();
      readMore();
    });
    readMore();
  }

  readMore();
  await readers.wait();
}
