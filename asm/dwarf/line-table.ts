import type { LineFile } from './line-header.ts';
import { join, type LineContext, type LineHeader, readLineHeader } from './line-header.ts';
import { type LineRows, ROW, runLineProgram } from './line-program.ts';
import { type AddressRange, lastStart } from './ranges.ts';
import type { Sections } from './sections.ts';

/** A source file, as the compiler called it. */
export interface SourceFile {
  /** Without its directory. */
  readonly name: string;
  /** With the directory of the compilation in front, where the name was relative. */
  readonly path: string;
}

/** A stretch of code that one row of a line table is about. */
export interface LineSpan extends AddressRange {
  readonly file: SourceFile;
  /** From 1; 0 for code that belongs to no line. */
  readonly line: number;
  /** From 1; 0 for the whole line. */
  readonly column: number;
  /** A good place for a breakpoint: the statement begins here. */
  readonly isStmt: boolean;
  readonly isPrologueEnd: boolean;
}

/** A part of a table whose addresses only grow: rows [from, to), the last one ends it. */
interface Sequence extends AddressRange {
  readonly from: number;
  readonly to: number;
}

/** One line program, run when it is asked for. Never throws for what is in the file. */
export class LineTable {
  readonly header: LineHeader;
  private readonly section: Uint8Array;
  private readonly isCode: (addr: number) => boolean;
  private readonly files: (SourceFile | undefined)[] = [];
  private rows: LineRows | null = null;
  private sequences: readonly Sequence[] = [];

  /** `isCode` tells addresses that exist: sections that the linker dropped leave their lines behind. Throws DwarfError for a broken header. */
  constructor(sections: Sections, offset: number, context: LineContext, isCode: (addr: number) => boolean) {
    this.section = sections('.debug_line');
    this.header = readLineHeader(sections, offset, context);
    this.isCode = isCode;
  }

  /** The addresses of all sequences. */
  ranges(): readonly AddressRange[] {
    this.table();
    return this.sequences;
  }

  at(address: number): LineSpan | null {
    const rows = this.table();
    const sequence = this.sequences[lastStart(this.sequences, address)];
    if (!sequence || address >= sequence.end) return null;
    let low = sequence.from;
    let high = sequence.to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows.address[middle] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    return this.span(this.preferred(rows, low - 1, sequence.from), low);
  }

  /** The stretches that begin with a statement, in the order of their addresses, with those of one line behind each other joined. */
  *statements(): Generator<LineSpan> {
    const rows = this.table();
    for (const { from, to } of this.sequences) {
      let before: LineSpan | null = null;
      for (let row = from; row < to - 1; row++) {
        if (((rows.flags[row] ?? 0) & ROW.isStmt) === 0) {
          before = null;
          continue;
        }
        const span = this.span(row, row + 1);
        if (before?.line !== span.line || before.file !== span.file) yield span;
        before = span;
      }
    }
  }

  /** Files by the numbers that programs and DW_AT_call_file use. */
  file(index: number): SourceFile {
    let file = this.files[index];
    if (!file) {
      file = sourceFile(this.header.files[index]);
      this.files[index] = file;
    }
    return file;
  }

  /** Of rows at one address the last, but one that begins a statement if there is one: gdb's find_pc_sect_line. */
  private preferred(rows: LineRows, row: number, from: number): number {
    for (let at = row; at >= from && rows.address[at] === rows.address[row]; at--) {
      if ((rows.flags[at] ?? 0) & ROW.isStmt) return at;
    }
    return row;
  }

  private span(row: number, next: number): LineSpan {
    const rows = this.table();
    const flags = rows.flags[row] ?? 0;
    return {
      start: rows.address[row] ?? 0,
      end: rows.address[next] ?? 0,
      file: this.file(rows.file[row] ?? 0),
      line: rows.line[row] ?? 0,
      column: rows.column[row] ?? 0,
      isStmt: (flags & ROW.isStmt) !== 0,
      isPrologueEnd: (flags & ROW.prologueEnd) !== 0,
    };
  }

  private table(): LineRows {
    if (this.rows === null) {
      this.rows = runLineProgram(this.section, this.header);
      this.sequences = sequencesOf(this.rows).filter(({ start }) => start > 0 && this.isCode(start));
    }
    return this.rows;
  }
}

function sourceFile({ name, directory }: LineFile = { name: '??', directory: '' }): SourceFile {
  return { name: name.slice(name.lastIndexOf('/') + 1), path: join(directory, name) };
}

/** Sorted. Rows of a sequence whose addresses go back are sorted, too. */
function sequencesOf(rows: LineRows): Sequence[] {
  const out: Sequence[] = [];
  let from = 0;
  for (let row = 0; row < rows.count; row++) {
    if (((rows.flags[row] ?? 0) & ROW.endSequence) === 0) continue;
    sortRows(rows, from, row);
    const start = rows.address[from] ?? 0;
    const end = rows.address[row] ?? 0;
    if (end > start) out.push({ start, end, from, to: row + 1 });
    from = row + 1;
  }
  return out.sort((a, b) => a.start - b.start);
}

function sortRows({ address, line, column, file, flags }: LineRows, from: number, to: number): void {
  let isSorted = true;
  for (let row = from + 1; row < to; row++) if ((address[row] ?? 0) < (address[row - 1] ?? 0)) isSorted = false;
  if (isSorted) return;
  const order = Array.from({ length: to - from }, (_, i) => from + i).sort(
    (a, b) => (address[a] ?? 0) - (address[b] ?? 0),
  );
  for (const part of [address, line, column, file, flags]) {
    const sorted = order.map((row) => part[row] ?? 0);
    part.set(sorted, from);
  }
}
