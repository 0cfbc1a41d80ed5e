import { PF_X, PT_LOAD } from '../elf/constants.ts';
import type { ElfFile } from '../elf/reader.ts';
import { DW_LANG_ASSEMBLER } from './constants.ts';
import { orBroken } from './cursor.ts';
import type { DataType } from './data-type.ts';
import { type DwarfFunction, functionsOf, type InlinedCall } from './functions.ts';
import { type LineContext, linePrograms } from './line-header.ts';
import { type LineSpan, LineTable, type SourceFile } from './line-table.ts';
import { type AddressRange, lastStart, rangesOf } from './ranges.ts';
import { type Sections, sectionsOf } from './sections.ts';
import { TypeReader } from './types.ts';
import { readUnits, type Unit } from './unit.ts';
import { type FunctionVariables, type Globals, globalsOf, type Variable, variablesOf } from './variables.ts';

/** Where code of a line begins. */
export interface LinePlaces {
  readonly file: SourceFile;
  /** The line itself, or the next one that has code. */
  readonly line: number;
  /** The first address in each function that has code of it. */
  readonly addresses: readonly number[];
}

/** Code that one unit and one line program tell of. */
interface Part extends AddressRange {
  readonly unit: Unit | null;
  readonly lineOffset: number | null;
}

/**
 * Lines and functions of a file with DWARF 2 to 5. All is read when it is asked for: first the units' headers, then the line
 * program and the functions of the units in question. What is broken or not there is answered with null; nothing is thrown.
 */
export class DebugInfo {
  readonly sections: Sections;
  private readonly isCode: (addr: number) => boolean;
  private readonly is64: boolean;
  private readonly tables = new Map<number, LineTable | null>();
  private readonly functionsByUnit = new Map<Unit, readonly DwarfFunction[]>();
  private unitList: readonly Unit[] | null = null;
  private partList: readonly Part[] | null = null;
  private names: Map<string, DwarfFunction> | null = null;
  private readonly types: TypeReader;
  private readonly globalsByUnit = new Map<Unit, Globals>();
  private readonly variablesByPlace = new Map<number, FunctionVariables>();

  constructor(elf: ElfFile) {
    this.sections = sectionsOf(elf);
    this.is64 = elf.file.is64;
    this.types = new TypeReader(this.sections, (offset) => this.unitAt(offset));
    const code = elf.segments.filter(({ type, flags }) => type === PT_LOAD && (flags & PF_X) !== 0);
    this.isCode = (addr) => code.some(({ address, memoryBytes }) => addr >= address && addr < address + memoryBytes);
  }

  /** The row of the line table that an address belongs to. */
  lineAt(address: number): LineSpan | null {
    const offset = this.partAt(address)?.lineOffset ?? null;
    return offset === null ? null : (this.table(offset)?.at(address) ?? null);
  }

  functionAt(address: number): DwarfFunction | null {
    const unit = this.partAt(address)?.unit;
    const found = unit ? this.functions(unit).filter(({ ranges }) => isIn(ranges, address)) : [];
    // A function inside another (a GNU extension) comes behind it.
    return found.at(-1) ?? null;
  }

  /** The function of that name that has code, the first one of several. */
  functionNamed(name: string): DwarfFunction | null {
    if (this.names === null) {
      this.names = new Map();
      for (const unit of this.units()) {
        for (const one of this.functions(unit)) if (!this.names.has(one.name)) this.names.set(one.name, one);
      }
    }
    return this.names.get(name) ?? null;
  }

  /** The variables of the function at an address that can be seen there; null outside of functions. */
  variablesAt(address: number): FunctionVariables | null {
    const within = this.functionAt(address);
    if (!within) return null;
    let found = this.variablesByPlace.get(address);
    if (!found) {
      found = variablesOf(this.sections, within, address, this.types);
      if (this.variablesByPlace.size >= MAX_PLACES) this.variablesByPlace.clear();
      this.variablesByPlace.set(address, found);
    }
    return found;
  }

  /** The variable of that name outside of functions, the one of the unit at `near` before others. */
  globalNamed(name: string, near: number): Variable | null {
    for (const unit of this.unitsFrom(near)) {
      const found = this.globals(unit).variables.get(name);
      if (found) return found;
    }
    return null;
  }

  /** `struct NAME`, `union NAME`, `enum NAME`, or a typedef's name, as the unit at `near` has it, or another. */
  typeNamed(name: string, near: number): DataType | null {
    for (const unit of this.unitsFrom(near)) {
      const offset = this.globals(unit).types.get(name);
      if (offset !== undefined) return this.types.typeAt(unit, offset);
    }
    return null;
  }

  /** The calls whose code was put in place of them around an address, the outer ones first, with the places that they stand at. */
  inlinedAt(address: number): { readonly call: InlinedCall; readonly file: SourceFile | null }[] {
    const within = this.functionAt(address);
    if (!within) return [];
    const table = this.tableOf(within.unit);
    return within.inlined
      .filter(({ ranges }) => isIn(ranges, address))
      .map((call) => ({ call, file: table ? table.file(call.callFile) : null }));
  }

  /**
   * Where a line of a file begins: the file is named with as much of its path as is wanted. A line without code is the next one that
   * has some, as in gdb. Null where no file of that name has such a line.
   */
  placesOf(file: string, line: number): LinePlaces | null {
    let best: LineSpan[] = [];
    for (const table of this.allTables()) {
      if (!table.header.files.some((_, index) => isNamed(table.file(index), file))) continue;
      for (const span of table.statements()) {
        const wanted = best[0]?.line ?? Number.POSITIVE_INFINITY;
        if (span.line < line || span.line > wanted || !isNamed(span.file, file)) continue;
        if (span.line < wanted) best = [];
        best.push(span);
      }
    }
    const [first] = best;
    return first ? { file: first.file, line: first.line, addresses: this.firstInFunctions(best) } : null;
  }

  /** Where the function's own code begins, behind what builds its frame; its entry where that is not known. */
  bodyOf({ entry, ranges, unit }: DwarfFunction): number {
    const table = this.tableOf(unit);
    const main = ranges.find(({ start, end }) => entry >= start && entry < end);
    if (!table || !main || unit.language === DW_LANG_ASSEMBLER) return entry;
    let next: number | null = null;
    for (let at = entry; at < main.end; ) {
      const span = table.at(at);
      if (!span) break;
      if (span.isPrologueEnd) return span.start;
      if (span.start > entry && span.line > 0) next ??= span.start;
      at = Math.max(span.end, at + 1);
    }
    // Optimised code has no frame to wait for, and its first lines are mixed.
    return / -O([1-3sg]|fast)?( |$)/.test(unit.producer) ? entry : (next ?? entry);
  }

  /** The source files with code, by path. */
  files(): SourceFile[] {
    const found = new Map<string, SourceFile>();
    for (const table of this.allTables()) for (const { file } of table.statements()) found.set(file.path, file);
    return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  /** The units of .debug_info. */
  units(): readonly Unit[] {
    this.unitList ??= readUnits(this.sections);
    return this.unitList;
  }

  unitAt(offset: number): Unit | undefined {
    return this.units().find((unit) => offset >= unit.entries && offset < unit.end);
  }

  private unitsFrom(near: number): readonly Unit[] {
    const first = this.partAt(near)?.unit;
    return first ? [first, ...this.units().filter((unit) => unit !== first)] : this.units();
  }

  private globals(unit: Unit): Globals {
    let found = this.globalsByUnit.get(unit);
    if (!found) {
      found = globalsOf(this.sections, unit, this.types);
      this.globalsByUnit.set(unit, found);
    }
    return found;
  }

  private functions(unit: Unit): readonly DwarfFunction[] {
    let found = this.functionsByUnit.get(unit);
    if (!found) {
      found = functionsOf(this.sections, unit, (offset) => this.unitAt(offset)).filter(({ entry }) =>
        this.isCode(entry),
      );
      this.functionsByUnit.set(unit, found);
    }
    return found;
  }

  /** The lines of the whole file: each program once. */
  private allTables(): LineTable[] {
    const offsets = new Set(linePrograms(this.sections));
    return [...offsets].flatMap((offset) => this.table(offset) ?? []);
  }

  private tableOf(unit: Unit): LineTable | null {
    return unit.lineOffset === null ? null : this.table(unit.lineOffset);
  }

  private table(offset: number): LineTable | null {
    let table = this.tables.get(offset);
    if (table === undefined) {
      const unit = this.units().find(({ lineOffset }) => lineOffset === offset);
      const context: LineContext = unit ?? { ...NO_UNIT, addressBytes: this.is64 ? 8 : 4 };
      table = orBroken(null, () => new LineTable(this.sections, offset, context, this.isCode));
      this.tables.set(offset, table);
    }
    return table;
  }

  private partAt(address: number): Part | null {
    const parts = this.parts();
    const last = lastStart(parts, address);
    for (let at = last; at >= 0 && at > last - MAX_OVERLAP; at--) {
      const part = parts[at];
      if (part && address < part.end) return part;
    }
    return null;
  }

  /** Who is in charge of which addresses: units say it; line programs without such a unit are run. */
  private parts(): readonly Part[] {
    if (this.partList) return this.partList;
    const parts: Part[] = [];
    const told = new Set<number>();
    for (const unit of this.units()) {
      const { lineOffset } = unit;
      const ranges = rangesOf(this.sections, unit, unit).filter(({ start }) => start > 0 && this.isCode(start));
      if (ranges.length > 0 && lineOffset !== null) told.add(lineOffset);
      for (const { start, end } of ranges) parts.push({ start, end, unit, lineOffset });
    }
    for (const lineOffset of linePrograms(this.sections)) {
      const table = told.has(lineOffset) ? null : this.table(lineOffset);
      for (const { start, end } of table?.ranges() ?? []) parts.push({ start, end, unit: null, lineOffset });
    }
    this.partList = parts.sort((a, b) => a.start - b.start);
    return this.partList;
  }

  /** Of several stretches in one function the first, as gdb chooses them. */
  private firstInFunctions(spans: readonly LineSpan[]): number[] {
    const first = new Map<DwarfFunction | number, number>();
    for (const { start } of spans) {
      const within = this.functionAt(start) ?? start;
      first.set(within, Math.min(start, first.get(within) ?? start));
    }
    const places = [...first].map(([within, start]) =>
      typeof within === 'object' && within.entry === start ? this.bodyOf(within) : start,
    );
    return places.sort((a, b) => a - b);
  }
}

/** Ranges of units do not overlap but where functions were folded into one. */
const MAX_OVERLAP = 8;
/** Addresses whose variables are kept: a condition asks at its own again and again. */
const MAX_PLACES = 256;
const NO_UNIT = { version: 4, is64: false, strOffsetsBase: 8, addrBase: 0, directory: '' } as const;

function isIn(ranges: readonly AddressRange[], address: number): boolean {
  return ranges.some(({ start, end }) => address >= start && address < end);
}

/** `file` is the file's path, or the end of it. */
function isNamed({ path }: SourceFile, file: string): boolean {
  return path === file || path.endsWith(`/${file}`);
}
