import { Cursor, DwarfError, orBroken } from './cursor.ts';
import { type Bases, type FormValue, readForm, stringOf } from './forms.ts';
import type { Sections } from './sections.ts';

/** A file of a line program: its directory and its name as they stand there. */
export interface LineFile {
  readonly name: string;
  readonly directory: string;
}

/** The header of a line program: DWARF 5, 6.2.4; DWARF 2 to 4, 6.2.4. */
export interface LineHeader {
  readonly offset: number;
  readonly version: number;
  readonly addressBytes: number;
  readonly minInstLength: number;
  readonly maxOps: number;
  readonly defaultIsStmt: boolean;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** By opcode, from 1: how many arguments a standard opcode has. */
  readonly nrArguments: readonly number[];
  /** By the number that the program uses. */
  readonly files: readonly LineFile[];
  /** Of the program itself. */
  readonly start: number;
  readonly end: number;
}

const DW_LNCT = { path: 1, directoryIndex: 2 } as const;
const MAX_FILES = 1 << 18;

/** What a line program needs of its unit: DW_AT_comp_dir, and the bases of indexed strings. */
export type LineContext = Bases & { readonly directory: string };

/** Where each line program of .debug_line begins. */
export function linePrograms(sections: Sections): number[] {
  const section = sections('.debug_line');
  const offsets: number[] = [];
  for (let at = 0; at < section.length; ) {
    const start = at;
    const end = orBroken(section.length, () => {
      const cursor = new Cursor(section, start);
      const { lenBytes } = cursor.initialLength();
      return cursor.at + lenBytes;
    });
    offsets.push(at);
    at = Math.max(end, at + 4);
  }
  return offsets;
}

/** Throws DwarfError. */
export function readLineHeader(sections: Sections, offset: number, context: LineContext): LineHeader {
  const section = sections('.debug_line');
  const length = new Cursor(section, offset);
  const { lenBytes, is64 } = length.initialLength();
  const end = Math.min(section.length, length.at + lenBytes);
  const cursor = new Cursor(section, length.at, end);
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new DwarfError(`line program of version ${version}`);
  const addressBytes = version >= 5 ? cursor.u8() : context.addressBytes;
  // A segment selector: no ISA of ours has one.
  if (version >= 5) cursor.skip(1);
  const headerBytes = cursor.offset(is64);
  const start = cursor.at + headerBytes;
  if (start > end) throw new DwarfError('a header longer than its program');
  const minInstLength = cursor.u8();
  const maxOps = version >= 4 ? Math.max(1, cursor.u8()) : 1;
  const defaultIsStmt = cursor.u8() !== 0;
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  if (lineRange === 0) throw new DwarfError('a line range of 0');
  const opcodeBase = cursor.u8();
  const nrArguments = [0];
  for (let opcode = 1; opcode < opcodeBase; opcode++) nrArguments.push(cursor.u8());
  const numbers = { offset, version, addressBytes, minInstLength, maxOps, defaultIsStmt, lineBase, lineRange };
  const sizes = { ...context, version, is64, addressBytes };
  const files = version >= 5 ? newFiles(cursor, sections, sizes) : oldFiles(cursor, context.directory);
  return { ...numbers, opcodeBase, nrArguments, files, start, end };
}

/** Lists of strings; directory 0 is that of the compilation, and files are counted from 1. */
function oldFiles(cursor: Cursor, compilation: string): LineFile[] {
  const directories = [compilation];
  for (let name = cursor.string(); name !== ''; name = cursor.string()) directories.push(join(compilation, name));
  const files: LineFile[] = [{ name: '', directory: compilation }];
  for (let name = cursor.string(); name !== ''; name = cursor.string()) {
    files.push({ name, directory: directories[cursor.uleb()] ?? '' });
    cursor.uleb();
    cursor.uleb();
  }
  return files;
}

function newFiles(cursor: Cursor, sections: Sections, context: LineContext): LineFile[] {
  const directories: string[] = [];
  for (const { name } of entries(cursor, sections, context)) directories.push(join(directories[0] ?? '', name));
  return entries(cursor, sections, context).map(({ name, index }) => ({ name, directory: directories[index] ?? '' }));
}

/** A list in the format that it describes itself: DWARF 5, 6.2.4.1. */
function entries(
  cursor: Cursor,
  sections: Sections,
  context: LineContext,
): { readonly name: string; readonly index: number }[] {
  const format: { content: number; form: number }[] = [];
  for (let left = cursor.u8(); left > 0; left--) format.push({ content: cursor.uleb(), form: cursor.uleb() });
  const count = cursor.uleb();
  if (count > 0 && format.length === 0) throw new DwarfError('entries without a format');
  if (count > MAX_FILES) throw new DwarfError(`${count} files`);
  const out: { name: string; index: number }[] = [];
  for (let i = 0; i < count; i++) {
    const entry = { name: '', index: 0 };
    for (const { content, form } of format) {
      const value = readForm(cursor, context, form);
      if (content === DW_LNCT.path) entry.name = text(sections, context, value);
      else if (content === DW_LNCT.directoryIndex && typeof value.value === 'number') entry.index = value.value;
    }
    out.push(entry);
  }
  return out;
}

function text(sections: Sections, context: LineContext, value: FormValue): string {
  return orBroken('', () => stringOf(sections, context, value) ?? '');
}

/** `name` seen from `directory`. */
export function join(directory: string, name: string): string {
  return name.startsWith('/') || directory === '' ? name : `${directory}/${name}`;
}
