// What the parts of a pool are called on the server.
//
//   stream            subjects                         holds
//   chankit-P-WAIT    chankit.P.wait                   jobs that wait or are in progress
//   chankit-P-RUN     chankit.P.run.<n>                the fate of each job: run, or skip, or a duplicate
//   chankit-P-DONE    chankit.P.done.<n>               its result
//   chankit-P-TOLD    chankit.P.told.<n>               that its result was told, and to whose claim
//   chankit-P-SIDE    chankit.P.skip.<n>, .note.>      the skipped jobs; marks (close, stop …) and corrections
//   chankit-P-FAIL    chankit.P.fail.<n>               that it failed
//
// <n> is the number of the job: its sequence in WAIT. `chankit.P.hint.*` are words that are not stored.

/** The names of one pool's streams and subjects. */
export class Names {
  readonly pool: string;
  readonly wait: string;
  readonly run: string;
  readonly done: string;
  readonly told: string;
  readonly side: string;
  readonly fail: string;
  readonly #root: string;

  /** @throws TypeError if `pool` is no name. */
  constructor(pool: string) {
    if (typeof pool !== "string" || pool === "") throw new TypeError("a pool needs a name");
    this.pool = pool;
    const token = tokenOf(pool);
    if (token.length > 200) throw new TypeError("the name of a pool has at most 200 characters");
    const stream = (role: string): string => `chankit-${token}-${role}`;
    this.wait = stream("WAIT");
    this.run = stream("RUN");
    this.done = stream("DONE");
    this.told = stream("TOLD");
    this.side = stream("SIDE");
    this.fail = stream("FAIL");
    this.#root = `chankit.${token}`;
  }

  /** Every stream of the pool, the one whose absence means that there is no pool last. */
  get streams(): readonly string[] {
    return [this.run, this.done, this.told, this.side, this.fail, this.wait];
  }

  /** The subject of a role, or of an entry of it. */
  subject(role: string, entry?: number | string): string {
    return entry === undefined ? `${this.#root}.${role}` : `${this.#root}.${role}.${entry}`;
  }
}

/** The number of the job in the subject of an entry. */
export function numberIn(subject: string): number {
  return Number(subject.slice(subject.lastIndexOf(".") + 1));
}

// What neither a stream's name nor a subject may hold is written by its code.
function tokenOf(name: string): string {
  return name.replaceAll(/[^\w-]/gu, (char) => `=${(char.codePointAt(0) as number).toString(16)}=`);
}
