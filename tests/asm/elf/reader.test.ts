import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  assemble,
  ElfError,
  findSection,
  linkExecutable,
  readElf,
  readNotes,
  readRelocations,
  readSymbols,
  SymbolTable,
  sectionBytes,
  writeObject,
} from '../../../asm/index.ts';
import { inFolder, run } from '../host.ts';

/** What readelf says of a file, as rows of words. */
function readelf(option: string, file: Uint8Array): string[][] {
  const { stdout } = inFolder((folder) => {
    writeFileSync(join(folder, 'f'), file);
    return run('readelf', ['-W', option, 'f'], folder);
  });
  return stdout.split('\n').map((line) => line.trim().split(/\s+/));
}

const NODE = readFileSync(process.execPath);
const hex = (text: string | undefined): number => Number.parseInt(text ?? '', 16);

describe('a large dynamic executable (node itself)', () => {
  const image = readElf(NODE);

  it('has the sections readelf shows', () => {
    const rows = readelf('-S', NODE).flatMap((words) => {
      const found = /^\[\s*(\d+)\]\s*(\S*)\s+(\S+)\s+([0-9a-f]{16}) ([0-9a-f]+) ([0-9a-f]+)/.exec(words.join(' '));
      return found ? [[Number(found[1]), found[2], hex(found[4]), hex(found[5]), hex(found[6])]] : [];
    });
    expect(rows.length).toBeGreaterThan(20);
    const ours = image.sections
      .filter((s) => s.index > 0)
      .map((s) => [s.index, s.name, s.address, s.offset, s.lenBytes]);
    expect(ours).toEqual(rows.filter(([index]) => index !== 0));
  });

  it('has the segments readelf shows', () => {
    const rows = readelf('-l', NODE).filter((words) =>
      /^(LOAD|INTERP|DYNAMIC|NOTE|TLS|GNU_STACK)$/.test(words[0] ?? ''),
    );
    const numbers = rows.map((words) => [1, 2, 4, 5].map((i) => hex(words[i])));
    const wanted = new Set([1, 2, 3, 4, 7, 0x6474e551]);
    const ours = image.segments.filter((s) => wanted.has(s.type));
    expect(ours.map((s) => [s.offset, s.address, s.fileBytes, s.memoryBytes])).toEqual(numbers);
  });

  it('has dynamic symbols, relocations and notes', () => {
    const symbols = readSymbols(image, 'dynsym');
    const count = findSection(image, '.dynsym')?.lenBytes ?? 0;
    expect(symbols).toHaveLength(count / 24 - 1);
    expect(symbols.some((s) => s.name === 'napi_create_string_utf8' && s.sectionIndex !== 0)).toBe(true);
    const rela = findSection(image, '.rela.dyn');
    if (!rela) throw new Error('no .rela.dyn');
    expect(readRelocations(image, rela)).toHaveLength(rela.lenBytes / 24);
    expect(readNotes(image).some((n) => n.name === 'GNU')).toBe(true);
  });
});

describe('what we write ourselves', () => {
  const SOURCE = `
	.globl _start
	.type _start,@function
_start:	call f
	.size _start,.-_start
f:	nop
	.data
	.type v,@object
	.size v,8
v:	.long f, ext
	.section .note.x,"",@note
	.long 4,3,7
	.asciz "FSC"
	.byte 1,2,3,0
`;

  it.each(['i386', 'x86_64', 'arm'] as const)('is read back: %s', async (isa) => {
    const text = isa === 'arm' ? SOURCE.replace('call f', 'bl f').replaceAll('@', '%') : SOURCE;
    const [object] = await assemble([{ file: 'a.S', text }], { isa });
    if (!object) throw new Error('no object');
    const image = readElf(writeObject(object));
    expect(image.header).toMatchObject({ isa, type: 1, elfClass: isa === 'x86_64' ? 64 : 32, entry: 0 });
    const symbols = readSymbols(image);
    expect(symbols.find((s) => s.name === '_start')).toMatchObject({ type: 2, binding: 1, value: 0 });
    expect(symbols.find((s) => s.name === 'v')).toMatchObject({ type: 1, binding: 0, lenBytes: 8 });
    expect(symbols.find((s) => s.name === 'ext')).toMatchObject({ binding: 1, sectionIndex: 0 });
    const relocations = image.sections.find((s) => /^\.rela?\.data$/.test(s.name));
    if (!relocations) throw new Error('no relocations');
    const rows = readRelocations(image, relocations);
    expect(rows.map((r) => [r.offset, symbols[r.symbol - 1]?.name])).toEqual([
      [0, ''],
      [4, 'ext'],
    ]);
    const data = findSection(image, '.data');
    expect(data && sectionBytes(image, data)).toHaveLength(8);
    expect(readNotes(image)).toEqual([{ name: 'FSC', type: 7, description: Uint8Array.of(1, 2, 3) }]);
  });
});

describe('what is refused', () => {
  const cases: readonly (readonly [string, (bytes: Uint8Array) => Uint8Array, string])[] = [
    ['an empty file', () => new Uint8Array(0), 'the file is empty'],
    ['a shell script', () => new TextEncoder().encode('#!/bin/sh\necho hello\n'), 'not an ELF file'],
    ['a header cut short', (b) => b.subarray(0, 40), 'ELF header lies outside the file'],
    ['a big-endian file', (b) => patched(b, 5, 2), 'big-endian ELF files are not supported'],
    ['an unknown class', (b) => patched(b, 4, 3), 'unknown ELF class 3'],
    ['an unknown version', (b) => patched(b, 6, 9), 'unknown ELF version 9'],
    [
      '65535 program headers',
      (b) => patched(patched(b, 44, 0xff), 45, 0xff),
      'program header table lies outside the file',
    ],
    ['program headers of one byte', (b) => patched(b, 42, 1), 'program headers of 1 bytes are too short'],
    ['section headers behind the end', (b) => patched(b, 34, 0xff), 'section header table lies outside the file'],
    ['a name table that is not there', (b) => patched(b, 50, 0x70), 'section name table is number 112 of'],
  ];
  const patched = (bytes: Uint8Array, at: number, value: number): Uint8Array => {
    const out = bytes.slice();
    out[at] = value;
    return out;
  };

  it.each(cases)('%s', async (_, change, message) => {
    const executable = linkExecutable(await assemble([{ file: 'a.S', text: '_start: nop\n' }], { isa: 'i386' }));
    expect(() => readElf(change(executable))).toThrow(ElfError);
    expect(() => readElf(change(executable))).toThrow(message);
  });

  it('a symbol table without strings, and a relocation section that is none', async () => {
    const executable = linkExecutable(await assemble([{ file: 'a.S', text: '_start: nop\n' }], { isa: 'i386' }));
    const image = readElf(executable);
    const sections = image.sections.map((s) => (s.name === '.symtab' ? { ...s, link: 1 } : s));
    expect(() => readSymbols({ ...image, sections })).toThrow('symbol table .symtab has no string table');
    const [, first] = image.sections;
    if (!first) throw new Error('no section');
    expect(() => readRelocations(image, first)).toThrow('section .text holds no relocations');
  });
});

describe('a symbol table', () => {
  const symbol = (name: string, address: number, lenBytes = 0, more = {}) => ({
    ...{ name, address, lenBytes, kind: 'function' as const, global: false, thumb: false },
    ...more,
  });
  const table = new SymbolTable([
    symbol('a', 0x100, 0x10),
    symbol('inner', 0x108, 0x2),
    symbol('label', 0x140, 0, { kind: 'notype', limit: 0x180 }),
    symbol('twin', 0x200, 4, { kind: 'notype' }),
    symbol('Twin', 0x200, 4, { global: true }),
  ]);

  it('finds what an address lies in: within the size, or up to the next symbol or the section’s end', () => {
    expect(table.describe(0xff)).toBeUndefined();
    expect(table.describe(0x100)).toBe('a');
    expect(table.describe(0x107)).toBe('a+7');
    expect(table.describe(0x109)).toBe('inner+1');
    expect(table.describe(0x10b)).toBe('a+11');
    expect(table.describe(0x110)).toBeUndefined();
    expect(table.describe(0x17f)).toBe('label+63');
    expect(table.describe(0x180)).toBeUndefined();
  });

  it('prefers functions and global names among several at one address', () => {
    expect(table.find(0x202)).toMatchObject({ name: 'Twin', offset: 2 });
    expect(table.lookup('twin')?.address).toBe(0x200);
    expect(table.lookup('nothing')).toBeUndefined();
  });

  it('of an ELF file leaves out mapping symbols and the Thumb bit', async () => {
    const text = '.globl _start\n_start: bl t\n.thumb\n.thumb_func\nt: bx lr\n.data\n.word 1\n';
    const image = readElf(linkExecutable(await assemble([{ file: 'a.S', text }], { isa: 'arm' })));
    const symbols = SymbolTable.fromElf(image);
    expect(symbols.all().map((s) => s.name)).toEqual(['_start', 't']);
    expect(symbols.lookup('t')).toMatchObject({ address: 0x10204, thumb: true });
    expect([0x10200, 0x10204].map((a) => symbols.stateAt(a))).toEqual(['arm', 'thumb']);
    expect(SymbolTable.fromElf(image, 0x1000).lookup('t')?.address).toBe(0x11204);
  });
});
