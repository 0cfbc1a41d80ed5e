import type { SourceFile } from '../asm/dwarf/line-table.ts';
import type { Mm } from '../kernel/mm/types.ts';
import type { VirtAddr } from '../kernel/ports.ts';
import type { Images } from './images.ts';

/** The line of a source that an address belongs to. */
export interface SourceLine {
  readonly file: SourceFile;
  /** From 1; 0 for code that a compiler made for no line. */
  readonly line: number;
  /** From 1; 0 for the whole line. */
  readonly column: number;
  /** A statement begins at `start`. */
  readonly isStmt: boolean;
  /** The code of this row of the line table: [start, end). */
  readonly start: VirtAddr;
  readonly end: VirtAddr;
}

/** A function that is inlined where an address lies, and the line of the call that it stands for. */
export interface InlinedFunction {
  readonly name: string;
  readonly callLine: Pick<SourceLine, 'file' | 'line'> | null;
}

export interface LinePlace {
  readonly file: SourceFile;
  readonly line: number;
  readonly addresses: readonly VirtAddr[];
}

/** Lines of addresses and addresses of lines, from the debug information of the files mapped there. */
export interface Lines {
  at(mm: Mm, addr: VirtAddr): SourceLine | null;
  /** Where a line begins: once in each function that has code of it. See DebugInfo.placesOf. */
  places(mm: Mm, file: string, line: number): LinePlace | null;
  /** Where the code of the function that begins at `entry` starts behind its prologue; `entry` where no lines are known. */
  body(mm: Mm, entry: VirtAddr): VirtAddr;
  /** What is inlined at an address, the outermost first. */
  inlined(mm: Mm, addr: VirtAddr): InlinedFunction[];
  /** Source files of all images. */
  files(mm: Mm): SourceFile[];
}

export function createLines(images: Images): Lines {
  return {
    at(mm, addr) {
      const mapped = images.at(mm, addr);
      const span = mapped?.image.debug.lineAt(addr - mapped.bias);
      if (!mapped || !span) return null;
      const { file, line, column, isStmt, start, end } = span;
      return { file, line, column, isStmt, start: start + mapped.bias, end: end + mapped.bias };
    },
    places(mm, file, line) {
      let best: LinePlace | null = null;
      for (const { image, bias } of images.of(mm)) {
        const found = image.debug.placesOf(file, line);
        if (!found || (best && best.line <= found.line)) continue;
        best = { ...found, addresses: found.addresses.map((address) => address + bias) };
      }
      return best;
    },
    body(mm, entry) {
      const mapped = images.at(mm, entry);
      const within = mapped?.image.debug.functionAt(entry - mapped.bias);
      if (!mapped || !within || within.entry !== entry - mapped.bias) return entry;
      return mapped.image.debug.bodyOf(within) + mapped.bias;
    },
    inlined(mm, addr) {
      const mapped = images.at(mm, addr);
      return (mapped?.image.debug.inlinedAt(addr - mapped.bias) ?? []).map(({ call, file }) => ({
        name: call.name,
        callLine: file ? { file, line: call.callLine } : null,
      }));
    },
    files: (mm) => images.of(mm).flatMap(({ image }) => image.debug.files()),
  };
}

export function isSameLine(
  a: Pick<SourceLine, 'file' | 'line'> | null,
  b: Pick<SourceLine, 'file' | 'line'> | null,
): boolean {
  return a !== null && b !== null && a.line === b.line && a.file.path === b.file.path;
}

/** `fork.c:12` */
export function lineText({ file, line }: Pick<SourceLine, 'file' | 'line'>): string {
  return `${file.name}:${line}`;
}
