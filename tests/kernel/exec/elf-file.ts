/** Small ELF executables made field by field, so that each field can be made wrong. */

import {
  EM_386,
  EM_ARM,
  EM_X86_64,
  ET_DYN,
  ET_EXEC,
  PF_R,
  PF_W,
  PF_X,
  PT_GNU_STACK,
  PT_LOAD,
} from '../../../kernel/abi/elf.ts';
import type { IsaName } from '../../../kernel/ports.ts';

/** Where a field stands. */
export interface Field {
  readonly name: string;
  readonly at: number;
  readonly lenBytes: 1 | 2 | 4 | 8;
}

export const BASE = 0x0804_8000;
const DATA_OFFSET = 0x1000;
const CODE_OFFSET = 0x300;
export const DATA = BASE + 0x2000;
const DATA_BYTES = 16;
const BSS_BYTES = 0x3000;
/** In the last page of the zeros behind the data. */
const BSS_PROBE = DATA + BSS_BYTES - 16;
/** The value of the first byte of data: the program's exit status, when the zeros are zeros. */
export const EXIT_STATUS = 42;

export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly fileSize: number;
  readonly memSize: number;
  readonly align: number;
}

export const MACHINE: Record<IsaName, number> = { i386: EM_386, x86_64: EM_X86_64, arm: EM_ARM };
const wordBytesOf = (isa: IsaName): 4 | 8 => (isa === 'x86_64' ? 8 : 4);

const u32 = (value: number): number[] => [value & 0xff, (value >>> 8) & 0xff, (value >>> 16) & 0xff, value >>> 24];

/** exit(byte at DATA + byte at BSS_PROBE). */
function touchingCode(isa: IsaName): number[] {
  if (isa === 'i386') {
    // movzbl DATA,%ebx; add BSS_PROBE,%bl; mov $1,%eax; int $0x80
    return [0x0f, 0xb6, 0x1d, ...u32(DATA), 0x02, 0x1d, ...u32(BSS_PROBE), 0xb8, 1, 0, 0, 0, 0xcd, 0x80];
  }
  if (isa === 'x86_64') {
    // movzbl DATA,%edi; add BSS_PROBE,%dil; mov $60,%eax; syscall
    const load = [0x0f, 0xb6, 0x3c, 0x25, ...u32(DATA), 0x40, 0x02, 0x3c, 0x25, ...u32(BSS_PROBE)];
    return [...load, 0xb8, 60, 0, 0, 0, 0x0f, 0x05];
  }
  // ldr r1,=DATA; ldrb r0,[r1]; ldr r1,=BSS_PROBE; ldrb r1,[r1]; add r0,r0,r1; mov r7,#1; svc 0
  const words = [0xe59f_1014, 0xe5d1_0000, 0xe59f_1010, 0xe5d1_1000, 0xe080_0001, 0xe3a0_7001, 0xef00_0000];
  return [...words, DATA, BSS_PROBE].flatMap(u32);
}

/** exit(42), wherever it lies. */
function plainCode(isa: IsaName): number[] {
  if (isa === 'i386') return [0xb8, 1, 0, 0, 0, 0xbb, EXIT_STATUS, 0, 0, 0, 0xcd, 0x80];
  if (isa === 'x86_64') return [0xb8, 60, 0, 0, 0, 0xbf, EXIT_STATUS, 0, 0, 0, 0x0f, 0x05];
  return [0xe3a0_0000 | EXIT_STATUS, 0xe3a0_7001, 0xef00_0000].flatMap(u32);
}

/** The segments of the usual program: text with the headers, data with zeros behind it, a stack without code. */
export function usualSegments(): Segment[] {
  const text = { type: PT_LOAD, flags: PF_R | PF_X, offset: 0, vaddr: BASE, fileSize: 0x400, memSize: 0x400 };
  const data = { type: PT_LOAD, flags: PF_R | PF_W, offset: DATA_OFFSET, vaddr: DATA, fileSize: DATA_BYTES };
  return [
    { ...text, align: 0x1000 },
    { ...data, memSize: BSS_BYTES, align: 0x1000 },
    { type: PT_GNU_STACK, flags: PF_R | PF_W, offset: 0, vaddr: 0, fileSize: 0, memSize: 0, align: 16 },
  ];
}

export interface ElfFileOptions {
  readonly segments?: readonly Segment[];
  readonly type?: number;
  readonly entry?: number;
  /** Code that touches neither data nor zeros, for files that are put elsewhere. */
  readonly plain?: boolean;
  /** Bytes put at an offset behind all else is written. */
  readonly patches?: readonly (readonly [number, Uint8Array])[];
}

/** The bytes of an executable. */
export function elfFile(isa: IsaName, options: ElfFileOptions = {}): Uint8Array {
  const { type = ET_EXEC, segments = usualSegments(), patches = [] } = options;
  const ends = patches.map(([at, patch]) => at + patch.length);
  const bytes = new Uint8Array(Math.max(DATA_OFFSET + DATA_BYTES, ...ends));
  const word = wordBytesOf(isa);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, word / 4, 1, 1]);
  const header: Record<string, number> = {
    e_type: type,
    e_machine: MACHINE[isa],
    e_version: 1,
    e_entry: options.entry ?? (type === ET_DYN ? 0 : BASE) + CODE_OFFSET,
    e_phoff: headerBytes(isa),
    e_ehsize: headerBytes(isa),
    e_phentsize: phdrBytes(isa),
    e_phnum: segments.length,
    e_shentsize: word === 4 ? 40 : 64,
  };
  for (const field of headerFields(isa)) if (field.at >= 16) setField(bytes, field, header[field.name] ?? 0);
  segments.forEach((segment, i) => {
    const { offset, vaddr, fileSize, memSize, flags, align } = segment;
    const values = [segment.type, flags, offset, vaddr, vaddr, fileSize, memSize, align];
    const names = ['p_type', 'p_flags', 'p_offset', 'p_vaddr', 'p_paddr', 'p_filesz', 'p_memsz', 'p_align'];
    for (const field of phdrFields(isa, i)) setField(bytes, field, values[names.indexOf(field.name)] ?? 0);
  });
  bytes.set(options.plain || type === ET_DYN ? plainCode(isa) : touchingCode(isa), CODE_OFFSET);
  bytes[DATA_OFFSET] = EXIT_STATUS;
  for (const [at, patch] of patches) bytes.set(patch, at);
  return bytes;
}

/** Store a value, cut to the field's size. */
export function setField(bytes: Uint8Array, { at, lenBytes }: Field, value: number | bigint): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const wide = BigInt.asUintN(64, BigInt(value));
  for (let i = 0; i < lenBytes; i++) view.setUint8(at + i, Number((wide >> BigInt(8 * i)) & 0xffn));
}

/** What a field holds, unsigned. */
export function getField(bytes: Uint8Array, { at, lenBytes }: Field): bigint {
  return bytes.subarray(at, at + lenBytes).reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export const headerBytes = (isa: IsaName): number => (wordBytesOf(isa) === 4 ? 52 : 64);
export const phdrBytes = (isa: IsaName): number => (wordBytesOf(isa) === 4 ? 32 : 56);

function fields(at: number, list: readonly (readonly [string, 1 | 2 | 4 | 8])[]): Field[] {
  let next = at;
  return list.map(([name, lenBytes]) => {
    const field = { name, at: next, lenBytes };
    next += lenBytes;
    return field;
  });
}

/** The fields of Elf32_Ehdr or Elf64_Ehdr. */
export function headerFields(isa: IsaName): Field[] {
  const word = wordBytesOf(isa);
  const ident = ['MAG0', 'MAG1', 'MAG2', 'MAG3', 'CLASS', 'DATA', 'VERSION', 'OSABI', 'ABIVERSION'];
  return [
    ...fields(
      0,
      ident.map((name) => [`EI_${name}`, 1]),
    ),
    ...fields(16, [
      ...([
        ['e_type', 2],
        ['e_machine', 2],
        ['e_version', 4],
        ['e_entry', word],
        ['e_phoff', word],
      ] as const),
      ...([
        ['e_shoff', word],
        ['e_flags', 4],
        ['e_ehsize', 2],
        ['e_phentsize', 2],
        ['e_phnum', 2],
      ] as const),
      ...([
        ['e_shentsize', 2],
        ['e_shnum', 2],
        ['e_shstrndx', 2],
      ] as const),
    ]),
  ];
}

/** The fields of the program header with this index, when the table follows the file header. */
export function phdrFields(isa: IsaName, index: number): Field[] {
  const at = headerBytes(isa) + index * phdrBytes(isa);
  if (wordBytesOf(isa) === 8) {
    return fields(at, [
      ...([
        ['p_type', 4],
        ['p_flags', 4],
        ['p_offset', 8],
        ['p_vaddr', 8],
        ['p_paddr', 8],
      ] as const),
      ...([
        ['p_filesz', 8],
        ['p_memsz', 8],
        ['p_align', 8],
      ] as const),
    ]);
  }
  return fields(at, [
    ...([
      ['p_type', 4],
      ['p_offset', 4],
      ['p_vaddr', 4],
      ['p_paddr', 4],
    ] as const),
    ...([
      ['p_filesz', 4],
      ['p_memsz', 4],
      ['p_flags', 4],
      ['p_align', 4],
    ] as const),
  ]);
}
