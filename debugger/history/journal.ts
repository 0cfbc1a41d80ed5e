import type { Errno, HostStat, VirtAddr } from '../../kernel/ports.ts';

/**
 * What comes to a machine from outside, in the order in which it came. A machine that is given the same journal goes
 * through the same states; everything else follows from its options.
 */
export type Entry =
  /** What the host said to a question of the kernel about its files: a HostFiles call's result. */
  | { readonly kind: 'file'; readonly question: Question; readonly answer: FileAnswer }
  /** Console.read. */
  | { readonly kind: 'input'; readonly bytes: Uint8Array | null }
  /** Console.tty. */
  | { readonly kind: 'tty'; readonly size: { readonly rows: number; readonly columns: number } | null }
  /** Console.write: bytes of the guest, and the errno that it got for them, 0 when they went out. */
  | {
      readonly kind: 'output';
      readonly t: number;
      readonly fd: 1 | 2;
      readonly bytes: Uint8Array;
      readonly errno: number;
    }
  | HappeningEntry;

/** A call of HostFiles: its name, the mount, the path, then offset and length of a read. */
export type Question = readonly [
  call: 'lstat' | 'readlink' | 'readdir' | 'read',
  mount: number,
  path: string,
  ...range: number[],
];

export type FileAnswer = Errno | string | readonly string[] | Uint8Array | HostStat;

/** Something that the driver did to the machine while it stood at t. `idle`: when everybody slept. */
export interface HappeningEntry {
  readonly kind: 'happening';
  readonly t: number;
  readonly idle: boolean;
  readonly what: Happening;
}

export type Happening =
  /** Input may have come: those who wait for it look again. */
  | { readonly kind: 'wake-readers' }
  /** Ctrl-C on the guest's terminal. */
  | { readonly kind: 'interrupt' }
  /** The user's edit of a register, by the name that its ISA's table has. */
  | { readonly kind: 'set-register'; readonly pid: number; readonly name: string; readonly value: bigint }
  /** The user's edit of a process's memory. */
  | { readonly kind: 'set-memory'; readonly pid: number; readonly addr: VirtAddr; readonly bytes: Uint8Array }
  /** What the host's clock said, in ns since the start, where the guest's follows it. */
  | { readonly kind: 'clock'; readonly ns: number };

/** The machine asked for something else than what the journal has: it is not the same machine, or it is not deterministic. */
export class JournalMismatch extends Error {
  constructor(wanted: string, found: string) {
    super(`the recording does not fit: the machine asks for ${wanted}, the recording has ${found}`);
  }
}

/** The machine asks for something that nobody can know: the recording has no more, and there is no host behind it. */
export class JournalEnd extends Error {
  constructor(wanted: string) {
    super(`the recording has no answer to ${wanted}`);
  }
}

/** The entries, and how far the machine has come in them. Plain data behind a cursor. */
export class Journal {
  readonly entries: Entry[];
  /** Index of the entry that comes next; `entries.length` where nothing is recorded yet. */
  cursor: number;
  /** Output has reached the user up to here. */
  shown = 0;
  /** What the entries take, about. */
  lenBytes = 0;
  /** Called with each entry that is recorded. */
  onAppend: ((entry: Entry) => void) | null = null;
  /** Indexes of the happenings. */
  private readonly happenings: number[] = [];

  constructor(entries: Entry[] = []) {
    this.entries = entries;
    this.cursor = 0;
    entries.forEach((entry, index) => {
      if (entry.kind === 'happening') this.happenings.push(index);
      this.lenBytes += entryBytes(entry);
    });
  }

  /** True where the machine is ahead of everything that is recorded. */
  get isLive(): boolean {
    return this.cursor === this.entries.length;
  }

  peek(): Entry | undefined {
    return this.entries[this.cursor];
  }

  /** The next entry of this kind: from the recording, or from outside, and then it is recorded. Throws JournalMismatch. */
  take<K extends Entry['kind']>(kind: K, ask: () => Extract<Entry, { kind: K }>): Extract<Entry, { kind: K }> {
    const known = this.entries[this.cursor];
    if (known === undefined) {
      const entry = ask();
      this.append(entry);
      return entry;
    }
    if (!isKind(known, kind)) throw new JournalMismatch(kind, known.kind);
    this.cursor++;
    return known;
  }

  /** The next entry that the machine does not ask for itself. */
  nextHappening(): HappeningEntry | null {
    const { happenings, cursor } = this;
    let low = 0;
    let high = happenings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((happenings[middle] ?? 0) < cursor) low = middle + 1;
      else high = middle;
    }
    const entry = this.entries[happenings[low] ?? -1];
    return entry?.kind === 'happening' ? entry : null;
  }

  append(entry: Entry): void {
    if (entry.kind === 'happening') this.happenings.push(this.entries.length);
    this.entries.push(entry);
    this.lenBytes += entryBytes(entry);
    this.cursor = this.entries.length;
    this.onAppend?.(entry);
  }

  /** A journal with what has come so far. */
  branch(): Journal {
    const journal = new Journal(this.entries.slice(0, this.cursor));
    journal.cursor = this.cursor;
    journal.shown = this.cursor;
    journal.onAppend = this.onAppend;
    return journal;
  }
}

/** An object with a few fields, and the bytes behind it. */
function entryBytes(entry: Entry): number {
  const payload = entry.kind === 'file' ? entry.answer : 'bytes' in entry ? entry.bytes : null;
  return 200 + (payload instanceof Uint8Array ? payload.length : 0);
}

function isKind<K extends Entry['kind']>(entry: Entry, kind: K): entry is Extract<Entry, { kind: K }> {
  return entry.kind === kind;
}
