/** Files with a program interpreter, or with what should be one. */

import { ET_CORE, ET_DYN, ET_REL, PT_INTERP } from '../../../kernel/abi/elf.ts';
import type { IsaName } from '../../../kernel/ports.ts';
import { pie, segment } from './candidates.ts';
import { type ElfFileOptions, elfFile, headerBytes, phdrBytes, type Segment, usualSegments } from './elf-file.ts';
import type { Candidate, Helpers } from './probe.ts';

const [TEXT_SEGMENT, , STACK_SEGMENT] = usualSegments() as [Segment, Segment, Segment];
const PATH_AT = 0x1100;

/** What candidates name as their interpreters. */
export function interpreters(isa: IsaName): Helpers {
  const other: IsaName = isa === 'i386' ? 'x86_64' : 'i386';
  const shared = elfFile(isa, { type: ET_DYN, segments: pie([]) });
  const linkedAt = (vaddr: number): ElfFileOptions => ({
    segments: [segment(TEXT_SEGMENT, { vaddr })],
    entry: vaddr + 0x300,
    plain: true,
  });
  const bytes: Record<string, Uint8Array> = {
    shared,
    fixed: elfFile(isa, linkedAt(0x1000_0000)),
    over: elfFile(isa, { plain: true }),
    other: elfFile(other, { type: ET_DYN, segments: pie([]) }),
    rel: elfFile(isa, { type: ET_REL }),
    core: elfFile(isa, { type: ET_CORE }),
    none: elfFile(isa, { type: ET_DYN, segments: [STACK_SEGMENT] }),
    high: elfFile(isa, { ...linkedAt(0x2000_0000), type: ET_DYN }),
    huge: elfFile(isa, { type: ET_DYN, segments: pie([{ fileSize: 8, memSize: 0xffff_f000 }]) }),
    unaligned: elfFile(isa, { type: ET_DYN, segments: pie([{ offset: 8 }]) }),
    beyond: elfFile(isa, { type: ET_DYN, segments: pie([]), entry: 0xffff_e000 }),
    'cut-in-header': shared.slice(0, 40),
    'cut-behind-header': shared.slice(0, headerBytes(isa)),
    'cut-in-table': shared.slice(0, headerBytes(isa) + phdrBytes(isa)),
    text: Buffer.from('this is no program, though it is longer than an ELF header of 64 bytes\n'.repeat(3)),
    script: Buffer.from(`#!/bin/true\n${'#'.repeat(80)}\n`),
    empty: new Uint8Array(0),
  };
  const helpers = Object.entries(bytes).map(([name, text]) => [`${isa}-${name}`, { bytes: text }] as const);
  return { ...Object.fromEntries(helpers), [`${isa}-closed`]: { bytes: shared, mode: 0o644 } };
}

/** A program whose PT_INTERP holds `path` and a NUL; `changes` are the header's. */
function withInterpreter(isa: IsaName, path: string, changes: Partial<Segment> = {}, base: ElfFileOptions = {}) {
  const bytes = Buffer.from(`${path}\0`, 'latin1');
  const header = { type: PT_INTERP, offset: PATH_AT, vaddr: 0, fileSize: bytes.length, ...changes };
  const segments = [segment(TEXT_SEGMENT, header), ...(base.segments ?? usualSegments())];
  return elfFile(isa, { ...base, segments, patches: [[PATH_AT, bytes]] });
}

/** Programs for which `interpreters(isa)` are the helpers. */
export function interpreted(isa: IsaName): Candidate[] {
  const shared: ElfFileOptions = { type: ET_DYN, segments: pie([]) };
  const named = Object.keys(interpreters(isa)).flatMap((name): [string, Uint8Array][] => [
    [`the interpreter ${name}`, withInterpreter(isa, `./${name}`)],
    [`a shared object with the interpreter ${name}`, withInterpreter(isa, `./${name}`, {}, shared)],
  ]);
  const cases: [string, Uint8Array][] = [
    ...named,
    ['an interpreter that is not there', withInterpreter(isa, './nothing')],
    ['an interpreter below a file', withInterpreter(isa, `./${isa}-text/ld.so`)],
    ['a directory as interpreter', withInterpreter(isa, '.')],
    ['an empty interpreter path', withInterpreter(isa, '')],
    ['an interpreter path of nothing but NULs', withInterpreter(isa, '\0\0')],
    ['an interpreter path with more behind its NUL', withInterpreter(isa, `./${isa}-shared\0more`)],
    ['an interpreter path without NUL', withInterpreter(isa, './nothing', { fileSize: 9 })],
    ['an interpreter path of 4096 bytes', withInterpreter(isa, `/${'x/'.repeat(2047)}`)],
    ['an interpreter path of 4097 bytes', withInterpreter(isa, `/${'x/'.repeat(2047)}x`)],
    ['an interpreter path of one byte', withInterpreter(isa, '')],
    ['an interpreter of a long name', withInterpreter(isa, `/${'x'.repeat(300)}`)],
    ['an interpreter path beyond the file', withInterpreter(isa, '/x', { offset: 0x10_0000 })],
    ['an interpreter path at a negative offset', withInterpreter(isa, '/x', { offset: -0x1000 })],
    ['an interpreter path over the end of the file', withInterpreter(isa, '/x', { fileSize: 0x100 })],
    ['an interpreter path of 4 GiB', withInterpreter(isa, '/x', { fileSize: 0xffff_ffff })],
  ];
  return cases.map(([name, bytes]) => ({ name: `${isa} ${name}`, bytes }));
}
