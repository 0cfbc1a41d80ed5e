import * as elf from '../../elf/constants.ts';
import type { Cursor } from '../cursor.ts';
import { StatementError } from '../diagnostics.ts';
import type { Section, SectionAttributes } from '../section.ts';
import type { Unit } from '../unit.ts';
import { parseString } from './data.ts';
import type { Directive } from './directive.ts';

const { SHF_ALLOC, SHF_EXECINSTR, SHF_WRITE, SHF_MERGE, SHF_STRINGS, SHF_TLS } = elf;

/** What a section is by its name alone, as gas and `ld` take it. */
const KNOWN: readonly (readonly [prefix: string, type: number, flags: number])[] = [
  ['.text', elf.SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR],
  ['.init_array', elf.SHT_INIT_ARRAY, SHF_ALLOC | SHF_WRITE],
  ['.fini_array', elf.SHT_FINI_ARRAY, SHF_ALLOC | SHF_WRITE],
  ['.preinit_array', elf.SHT_PREINIT_ARRAY, SHF_ALLOC | SHF_WRITE],
  ['.init', elf.SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR],
  ['.fini', elf.SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR],
  ['.rodata', elf.SHT_PROGBITS, SHF_ALLOC],
  ['.data', elf.SHT_PROGBITS, SHF_ALLOC | SHF_WRITE],
  ['.bss', elf.SHT_NOBITS, SHF_ALLOC | SHF_WRITE],
  ['.tdata', elf.SHT_PROGBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS],
  ['.tbss', elf.SHT_NOBITS, SHF_ALLOC | SHF_WRITE | SHF_TLS],
  ['.note', elf.SHT_NOTE, 0],
];

export function defaultAttributes(name: string): SectionAttributes {
  const known = KNOWN.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`));
  return known ? { type: known[1], flags: known[2], entsize: 0 } : { type: elf.SHT_PROGBITS, flags: 0, entsize: 0 };
}

const FLAG_LETTERS: Readonly<Record<string, number>> = {
  a: SHF_ALLOC,
  w: SHF_WRITE,
  x: SHF_EXECINSTR,
  M: SHF_MERGE,
  S: SHF_STRINGS,
  T: SHF_TLS,
  e: elf.SHF_EXCLUDE,
  G: elf.SHF_GROUP,
};

const TYPES: Readonly<Record<string, number>> = {
  progbits: elf.SHT_PROGBITS,
  nobits: elf.SHT_NOBITS,
  note: elf.SHT_NOTE,
  init_array: elf.SHT_INIT_ARRAY,
  fini_array: elf.SHT_FINI_ARRAY,
  preinit_array: elf.SHT_PREINIT_ARRAY,
};

/** `.section name[, "flags"[, @type[, entsize]]]` */
function parseSection(unit: Unit, cursor: Cursor): Section {
  const name =
    cursor.peek() === '"' ? new TextDecoder().decode(parseString(cursor)) : cursor.match(/[\w.$\-+/]+/y)?.[0];
  if (name === undefined || name === '') throw cursor.error('expected a section name');
  let { type, flags, entsize } = defaultAttributes(name);
  if (cursor.accept(',')) {
    const at = cursor.at;
    flags = 0;
    for (const letter of new TextDecoder().decode(parseString(cursor))) {
      const bit = FLAG_LETTERS[letter];
      if (bit === undefined) throw new StatementError(`unknown section flag '${letter}'`, at);
      flags = (flags | bit) >>> 0;
    }
  }
  if (cursor.accept(',')) {
    const word = cursor.match(/[@%#]?"?(\w+)"?/y)?.[1]?.toLowerCase() ?? '';
    const found = TYPES[word] ?? (/^(0x)?[0-9a-f]+$/.test(word) ? Number(word) : undefined);
    if (found === undefined) throw cursor.error(`unknown section type '${word}'`);
    type = found;
  }
  if (flags & SHF_MERGE) {
    cursor.expect(',', "',' and the entry size of a mergeable section");
    entsize = Number(unit.number(cursor, 'entry size'));
  }
  const group = flags & elf.SHF_GROUP ? parseGroup(cursor) : null;
  const section = unit.openSection(name, { type, flags, entsize });
  section.group ??= group;
  return section;
}

/** `, name[, comdat]` */
function parseGroup(cursor: Cursor): string {
  cursor.expect(',', "',' and the name of the group");
  const name = cursor.match(/"([^"]+)"|[\w.$]+/y);
  if (!name) throw cursor.error('expected the name of a group');
  if (cursor.accept(',') && !cursor.accept('comdat')) throw cursor.error("expected 'comdat'");
  return name[1] ?? name[0];
}

const named =
  (name: string): Directive =>
  (unit, cursor) => {
    const subsection = cursor.done ? 0n : unit.number(cursor, 'subsection');
    if (subsection !== 0n) throw new StatementError('subsections are not supported: use a section of its own');
    unit.switchTo(unit.openSection(name, defaultAttributes(name)));
  };

function push(unit: Unit, cursor: Cursor): void {
  unit.sectionStack.push([unit.section, unit.previousSection]);
  unit.switchTo(parseSection(unit, cursor));
}

function pop(unit: Unit): void {
  const saved = unit.sectionStack.pop();
  if (!saved) throw new StatementError('.popsection without .pushsection');
  [unit.section, unit.previousSection] = saved;
}

export const SECTION_DIRECTIVES: Readonly<Record<string, Directive>> = {
  '.text': named('.text'),
  '.data': named('.data'),
  '.bss': named('.bss'),
  '.rodata': named('.rodata'),
  '.section': (unit, cursor) => unit.switchTo(parseSection(unit, cursor)),
  '.pushsection': push,
  '.popsection': pop,
  '.previous': (unit) => unit.switchTo(unit.previousSection),
};
