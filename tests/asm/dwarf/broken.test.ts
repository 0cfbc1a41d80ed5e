import * as fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { CallFrames } from '../../../asm/dwarf/call-frames.ts';
import { typeName } from '../../../asm/dwarf/data-type.ts';
import { DebugInfo } from '../../../asm/dwarf/debug-info.ts';
import { ExceptionIndex } from '../../../asm/dwarf/exception-index.ts';
import { FileBytes } from '../../../asm/elf/bytes.ts';
import { type ElfFile, findSection } from '../../../asm/elf/reader.ts';
import { buildDebug, elfOf } from './build.ts';

const SECTIONS = [
  ...[
    '.debug_line',
    '.debug_info',
    '.debug_abbrev',
    '.debug_str',
    '.debug_line_str',
    '.debug_rnglists',
    '.debug_ranges',
  ],
  ...[
    '.debug_loc',
    '.debug_loclists',
    '.debug_addr',
    '.debug_str_offsets',
    '.eh_frame',
    '.debug_frame',
    '.ARM.exidx',
    '.ARM.extab',
  ],
];

/** The file with bytes of a section made others. */
function mutate(elf: ElfFile, name: string, changes: readonly (readonly [at: number, byte: number])[]): ElfFile {
  const section = findSection(elf, name);
  const bytes = elf.file.bytes.slice();
  if (section) for (const [at, byte] of changes) bytes[section.offset + (at % section.lenBytes)] = byte;
  return { ...elf, file: new FileBytes(bytes, elf.file.is64) };
}

/** Everything that is asked of debug information; what comes out does not matter, only that something does. */
function askAll(elf: ElfFile, addresses: readonly number[]): number {
  const info = new DebugInfo(elf);
  const frames = new CallFrames(elf);
  const index = new ExceptionIndex(elf);
  let answers = 0;
  for (const at of addresses) {
    for (const one of [
      info.lineAt(at),
      info.functionAt(at),
      info.inlinedAt(at),
      frames.rowAt(at),
      index.opcodesAt(at),
    ]) {
      if (one !== undefined) answers++;
    }
    const within = info.functionAt(at);
    if (within) for (const { type } of info.variablesAt(at)?.variables ?? []) typeName(type);
  }
  for (const name of ['main', 'nobody']) {
    const found = info.functionNamed(name);
    if (found) info.bodyOf(found);
    answers++;
  }
  info.placesOf('main.c', 30);
  info.files();
  return answers;
}

describe('broken debug information is answered with what is left of it, and nothing is thrown', () => {
  const programs: ElfFile[] = [];

  beforeAll(async () => {
    for (const version of ['2', '4', '5']) {
      programs.push(elfOf(await buildDebug(`lines${version}`, 'gcc', 'x86_64', ['-g', `-gdwarf-${version}`, '-O2'])));
      programs.push(elfOf(await buildDebug(`lines${version}`, 'gcc', 'arm', ['-g', `-gdwarf-${version}`, '-O2'])));
    }
  });

  test.each(SECTIONS)('%s with other bytes', (name) => {
    const change = fc.tuple(fc.nat(1 << 16), fc.nat(255));
    fc.assert(
      fc.property(fc.nat(programs.length - 1), fc.array(change, { minLength: 1, maxLength: 12 }), (which, changes) => {
        const elf = programs[which];
        if (!elf) return;
        const entry = elf.header.entry;
        const addresses = [entry, entry + 0x100, entry + 0x123, entry - 0x40, 0, 2 ** 53, -1];
        expect(askAll(mutate(elf, name, changes), addresses)).toBe(addresses.length * 5 + 2);
      }),
      { numRuns: 60 },
    );
  });

  test.each(SECTIONS)('%s cut short', (name) => {
    for (const elf of programs) {
      for (const part of [0, 1, 3, 4, 11, 50]) {
        const sections = elf.sections.map((one) =>
          one.name === name ? { ...one, lenBytes: Math.min(one.lenBytes, part) } : one,
        );
        expect(askAll({ ...elf, sections }, [elf.header.entry, elf.header.entry + 0x100])).toBe(12);
      }
    }
  });
});
