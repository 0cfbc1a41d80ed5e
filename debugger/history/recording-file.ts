import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { upstreamEdits } from '../../emulator/engine/index.ts';
import type { MachineOptions } from '../../emulator/machine/machine.ts';
import { entryText, isEntry, parseLine } from './entry-text.ts';
import type { Entry } from './journal.ts';

/**
 * A recording is one file: gzip of lines of JSON. The first says what it is and how the machine was made, then one line an entry of the
 * journal, then what a debugger may ask for beside it, the last how it ended, with a SHA-256 of all lines before. A file without its last line was cut short.
 */
const SCHEMA = 'forkscope-recording';
const VERSION = 1;
const CHUNK_CHARS = 1 << 20;

/** How the machine was made, but for what it is connected to. */
export type RecordedOptions = Omit<MachineOptions, 'console' | 'mounts' | 'openFiles' | 'clock'> & {
  readonly mounts: readonly string[];
  /** Where the guest's clock followed the host's: its start. What it said then is in the journal. */
  readonly bootTimeNs?: bigint;
};

export interface Recording {
  readonly options: RecordedOptions;
  readonly entries: Entry[];
  /** Answers that the guest did not ask for, see programsOf. */
  readonly beside?: readonly Entry[];
  /** The last instant; null of a recording that was cut short. */
  readonly end: { readonly t: number; readonly status: number | null; readonly hash: string } | null;
}

/** A file that is no recording, or not one of ours: the message says why. */
export class RecordingError extends Error {}

interface Header {
  readonly schema: string;
  readonly version: number;
  /** What the states of a run depend on beside its inputs. */
  readonly engine: string;
  readonly options: RecordedOptions;
}

/** Names the engine; recordings of another one may go other ways. */
function engineName(): string {
  return createHash('sha256').update(upstreamEdits().join(' ')).digest('hex').slice(0, 16);
}

/** Writes a recording as it is made. Throws Node's error when the disk is full; what stands there can be replayed. */
export class RecordingWriter {
  private readonly fd: number;
  private readonly sum = createHash('sha256');
  private lines: string[] = [];
  private chars = 0;

  constructor(path: string, options: RecordedOptions) {
    this.fd = openSync(path, 'w');
    const header: Header = { schema: SCHEMA, version: VERSION, engine: engineName(), options };
    this.write(header);
  }

  write(entry: object): void {
    const line = `${entryText(entry)}\n`;
    this.sum.update(line);
    this.lines.push(line);
    this.chars += line.length;
    if (this.chars >= CHUNK_CHARS) this.flush();
  }

  /** What a debugger may ask for beside what the guest did. */
  writeBeside(entries: readonly Entry[]): void {
    for (const beside of entries) this.write({ beside });
  }

  end(t: number, status: number | null, hash: string): void {
    const sha256 = this.sum.copy().digest('hex');
    this.write({ end: { t, status, hash }, sha256 });
    this.flush();
  }

  close(): void {
    closeSync(this.fd);
  }

  private flush(): void {
    const bytes = gzipSync(this.lines.join(''));
    this.lines = [];
    this.chars = 0;
    for (let done = 0; done < bytes.length; ) done += writeSync(this.fd, bytes, done);
  }
}

/** Throws RecordingError, and Node's error when the file cannot be read. */
export function readRecording(path: string): Recording {
  const lines = wholeLines(readFileSync(path));
  const header = parse(lines[0] ?? '');
  if (!isHeader(header)) throw new RecordingError('not a recording of forkscope');
  if (header.version !== VERSION) {
    throw new RecordingError(`a recording of version ${header.version}; this forkscope reads version ${VERSION}`);
  }
  if (header.engine !== engineName())
    throw new RecordingError('made by a forkscope with another engine: replay it with that one');
  const entries: Entry[] = [];
  const beside: Entry[] = [];
  const sum = createHash('sha256').update(`${lines[0]}\n`);
  for (const line of lines.slice(1)) {
    const value = parse(line);
    if (isEnd(value)) {
      if (value.sha256 !== sum.digest('hex')) throw new RecordingError('damaged: its checksum is another one');
      return { options: header.options, entries, beside, end: value.end };
    }
    const other = typeof value === 'object' && value !== null && 'beside' in value ? value.beside : null;
    if (isEntry(other)) beside.push(other);
    else if (isEntry(value)) entries.push(value);
    else throw new RecordingError(`damaged in line ${entries.length + beside.length + 2}`);
    sum.update(`${line}\n`);
  }
  return { options: header.options, entries, beside, end: null };
}

/** As far as the file can be unpacked. */
function wholeLines(bytes: Buffer): string[] {
  let text: string;
  try {
    // A file that ends in the middle gives what is there.
    text = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
  } catch {
    throw new RecordingError('not a recording of forkscope, or damaged');
  }
  return text.split('\n').slice(0, -1);
}

function parse(line: string): unknown {
  try {
    return parseLine(line);
  } catch {
    throw new RecordingError('damaged: a line of it is not JSON');
  }
}

function isHeader(value: unknown): value is Header {
  return (
    typeof value === 'object' && value !== null && 'schema' in value && value.schema === SCHEMA && 'options' in value
  );
}

function isEnd(value: unknown): value is { end: NonNullable<Recording['end']>; sha256: string } {
  return typeof value === 'object' && value !== null && 'end' in value && 'sha256' in value;
}
