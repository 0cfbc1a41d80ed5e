/**
 * The registers of each ISA: names, gdb's numbers and types, and where they stand in a task's `struct pt_regs` or thread
 * block (kernel/ports.ts THREAD_*). Numbers are those of gdb's own target descriptions (features/i386, features/arm): i386
 * core, sse, linux; amd64 core, sse, linux, segments; arm core, vfpv3.
 */
import { type IsaName, THREAD_ARM, THREAD_X86 } from '../../kernel/ports.ts';

export interface Register {
  readonly name: string;
  readonly group: 'general' | 'segment' | 'system' | 'float' | 'vector';
  /** gdb's number; null for what gdb does not transfer: halves, pairs and aliases of others. */
  readonly gdb: number | null;
  /** gdb's type, and the bits it is transferred with (more than the register has where gdb widens it). */
  readonly type: string;
  readonly gdbBits: number;
  readonly place: 'pt_regs' | 'thread';
  /** In bytes, little-endian from there. */
  readonly offset: number;
  readonly bits: number;
}

/** A task's registers: its pt_regs and its thread block, as bytes. */
export interface RegisterFile {
  readonly ptRegs: Uint8Array;
  readonly thread: Uint8Array;
}

type Row = Omit<Register, 'gdbBits'> & { readonly gdbBits?: number };

function register(row: Row): Register {
  return { gdbBits: row.bits, ...row };
}

/** Words of pt_regs: [name, gdb's number, index, type], in `group`. */
type Word = readonly [name: string, gdb: number, index: number, type?: string];

function words(group: Register['group'], bytes: number, bits: number, rows: readonly Word[], type: string): Register[] {
  return rows.map(([name, gdb, index, own]) =>
    register({ name, group, gdb, type: own ?? type, place: 'pt_regs', offset: index * bytes, bits }),
  );
}

function count<T>(n: number, make: (i: number) => T): T[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

const FX = THREAD_X86.fxsave;
/** FCS and FDS stand in front of the 64-bit FXSAVE image, which has no room for them. */
const FPU_SELECTORS = 56;

/** st0 to fop, mm, xmm and mxcsr, from gdb's number of st0 and of xmm0. Intel SDM volume 1, table 10-2. */
function fpuRegisters(st0: number, xmm0: number, nrXmm: number): Register[] {
  const control: readonly [string, number, number][] = [
    ['fctrl', FX, 16],
    ['fstat', FX + 2, 16],
    ['ftag', FX + 4, 8],
    ['fiseg', FPU_SELECTORS, 16],
    ['fioff', FX + 8, 32],
    ['foseg', FPU_SELECTORS + 2, 16],
    ['fooff', FX + 16, 32],
    ['fop', FX + 6, 16],
  ];
  const float = { group: 'float', place: 'thread' } as const;
  const vector = { group: 'vector', place: 'thread' } as const;
  return [
    ...count(8, (i) =>
      register({ name: `st${i}`, ...float, gdb: st0 + i, type: 'i387_ext', offset: FX + 32 + 16 * i, bits: 80 }),
    ),
    ...control.map(([name, offset, bits], i) =>
      register({ name, ...float, gdb: st0 + 8 + i, type: 'int', gdbBits: 32, offset, bits }),
    ),
    ...count(8, (i) =>
      register({ name: `mm${i}`, ...vector, gdb: null, type: 'uint64', offset: FX + 32 + 16 * i, bits: 64 }),
    ),
    ...count(nrXmm, (i) =>
      register({ name: `xmm${i}`, ...vector, gdb: xmm0 + i, type: 'vec128', offset: FX + 160 + 16 * i, bits: 128 }),
    ),
    register({ name: 'mxcsr', ...vector, gdb: xmm0 + nrXmm, type: 'i386_mxcsr', offset: FX + 24, bits: 32 }),
  ];
}

const I386: readonly Register[] = [
  ...words(
    'general',
    4,
    32,
    [
      ['eax', 0, 6],
      ['ecx', 1, 1],
      ['edx', 2, 2],
      ['ebx', 3, 0],
      ['esp', 4, 15, 'data_ptr'],
      ['ebp', 5, 5, 'data_ptr'],
      ['esi', 6, 3],
      ['edi', 7, 4],
      ['eip', 8, 12, 'code_ptr'],
      ['eflags', 9, 14, 'i386_eflags'],
    ],
    'int32',
  ),
  ...words(
    'segment',
    4,
    32,
    [
      ['cs', 10, 13],
      ['ss', 11, 16],
      ['ds', 12, 7],
      ['es', 13, 8],
      ['fs', 14, 9],
      ['gs', 15, 10],
    ],
    'int32',
  ),
  ...fpuRegisters(16, 32, 8),
  ...words('system', 4, 32, [['orig_eax', 41, 11]], 'int'),
];

const SELECTORS: readonly [string, number, number][] = [
  ['ds', 20, THREAD_X86.ds],
  ['es', 21, THREAD_X86.es],
  ['fs', 22, THREAD_X86.fs],
  ['gs', 23, THREAD_X86.gs],
];

const X86_64: readonly Register[] = [
  ...words(
    'general',
    8,
    64,
    [
      ['rax', 0, 10],
      ['rbx', 1, 5],
      ['rcx', 2, 11],
      ['rdx', 3, 12],
      ['rsi', 4, 13],
      ['rdi', 5, 14],
      ['rbp', 6, 4, 'data_ptr'],
      ['rsp', 7, 19, 'data_ptr'],
      ['r8', 8, 9],
      ['r9', 9, 8],
      ['r10', 10, 7],
      ['r11', 11, 6],
      ['r12', 12, 3],
      ['r13', 13, 2],
      ['r14', 14, 1],
      ['r15', 15, 0],
      ['rip', 16, 16, 'code_ptr'],
    ],
    'int64',
  ),
  // gdb transfers 32 bits of these.
  ...words('general', 8, 32, [['eflags', 17, 18]], 'i386_eflags'),
  ...words(
    'segment',
    8,
    32,
    [
      ['cs', 18, 17],
      ['ss', 19, 20],
    ],
    'int32',
  ),
  ...SELECTORS.map(([name, gdb, offset]) =>
    register({ name, group: 'segment', gdb, type: 'int32', place: 'thread', offset, bits: 32 }),
  ),
  ...fpuRegisters(24, 40, 16),
  ...words('system', 8, 64, [['orig_rax', 57, 15]], 'int'),
  register({
    ...{ name: 'fs_base', group: 'segment', gdb: 58, type: 'int' },
    ...{ place: 'thread', offset: THREAD_X86.fsBase, bits: 64 },
  }),
  register({
    ...{ name: 'gs_base', group: 'segment', gdb: 59, type: 'int' },
    ...{ place: 'thread', offset: THREAD_X86.gsBase, bits: 64 },
  }),
];

const VFP = THREAD_ARM.vfp;
const ARM_CORE: readonly Word[] = [
  ...count(13, (i): Word => [`r${i}`, i, i]),
  ['sp', 13, 13, 'data_ptr'],
  ['lr', 14, 14],
  ['pc', 15, 15, 'code_ptr'],
];

const ARM: readonly Register[] = [
  ...words('general', 4, 32, ARM_CORE, 'uint32'),
  ...words('general', 4, 32, [['cpsr', 25, 16]], 'int'),
  ...count(32, (i) =>
    register({
      ...{ name: `d${i}`, group: 'vector', gdb: 26 + i, type: 'ieee_double' },
      ...{ place: 'thread', offset: VFP + 8 * i, bits: 64 },
    }),
  ),
  register({
    ...{ name: 'fpscr', group: 'float', gdb: 58, type: 'int' },
    ...{ place: 'thread', offset: THREAD_ARM.fpscr, bits: 32 },
  }),
  ...count(32, (i) =>
    register({
      ...{ name: `s${i}`, group: 'float', gdb: null, type: 'ieee_single' },
      ...{ place: 'thread', offset: VFP + 4 * i, bits: 32 },
    }),
  ),
  ...count(16, (i) =>
    register({
      ...{ name: `q${i}`, group: 'vector', gdb: null, type: 'neon_q' },
      ...{ place: 'thread', offset: VFP + 16 * i, bits: 128 },
    }),
  ),
  register({
    ...{ name: 'tpidruro', group: 'system', gdb: null, type: 'data_ptr' },
    ...{ place: 'thread', offset: THREAD_ARM.tp, bits: 32 },
  }),
  register({
    ...{ name: 'tpidrurw', group: 'system', gdb: null, type: 'data_ptr' },
    ...{ place: 'thread', offset: THREAD_ARM.tpidrurw, bits: 32 },
  }),
  register({
    ...{ name: 'orig_r0', group: 'system', gdb: null, type: 'uint32' },
    ...{ place: 'pt_regs', offset: 17 * 4, bits: 32 },
  }),
];

/** Flags by name: the bit in eflags (Intel SDM volume 1, 3.4.3) or cpsr (ARM ARM B1.3.3). */
const FLAGS_X86 = { cf: 0, pf: 2, af: 4, zf: 6, sf: 7, tf: 8, if: 9, df: 10, of: 11, nt: 14, ac: 18, id: 21 };
const FLAGS_ARM = { n: 31, z: 30, c: 29, v: 28, q: 27, e: 9, t: 5 };

interface IsaRegisters {
  readonly registers: readonly Register[];
  readonly byName: ReadonlyMap<string, Register>;
  readonly ptRegsLenBytes: number;
  readonly flags: Readonly<Record<string, number>>;
}

function isaRegisters(
  registers: readonly Register[],
  ptRegsLenBytes: number,
  flags: Readonly<Record<string, number>>,
): IsaRegisters {
  return { registers, byName: new Map(registers.map((one) => [one.name, one])), ptRegsLenBytes, flags };
}

const TABLES: Readonly<Record<IsaName, IsaRegisters>> = {
  i386: isaRegisters(I386, 17 * 4, FLAGS_X86),
  x86_64: isaRegisters(X86_64, 21 * 8, FLAGS_X86),
  arm: isaRegisters(ARM, 18 * 4, FLAGS_ARM),
};

/** Those that gdb transfers come in the order of their numbers. */
export function registersOf(isa: IsaName): readonly Register[] {
  return TABLES[isa].registers;
}

export function findRegister(isa: IsaName, name: string): Register | undefined {
  return TABLES[isa].byName.get(name);
}

/** Flag names with their bits in eflags or cpsr. */
export function flagsOf(isa: IsaName): Readonly<Record<string, number>> {
  return TABLES[isa].flags;
}

export function ptRegsLenBytes(isa: IsaName): number {
  return TABLES[isa].ptRegsLenBytes;
}

/** ITSTATE of a cpsr: bits 15-10 are its high six, 26-25 its low two. */
export function itState(cpsr: number): number {
  return ((cpsr >>> 8) & 0xfc) | ((cpsr >>> 25) & 3);
}

/** The unsigned number in a register. */
export function readRegister({ place, offset, bits }: Register, { ptRegs, thread }: RegisterFile): bigint {
  const bytes = place === 'pt_regs' ? ptRegs : thread;
  let value = 0n;
  for (let i = bits / 8 - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[offset + i] ?? 0);
  return value;
}

/** Bits above the register's width are dropped; what no register can hold is checked by the next run. */
export function writeRegister({ place, offset, bits }: Register, file: RegisterFile, value: bigint): void {
  const bytes = place === 'pt_regs' ? file.ptRegs : file.thread;
  for (let i = 0; i < bits / 8; i++) bytes[offset + i] = Number((value >> BigInt(8 * i)) & 0xffn);
}

/** All registers by name. */
export function readRegisters(isa: IsaName, file: RegisterFile): Record<string, bigint> {
  return Object.fromEntries(registersOf(isa).map((one) => [one.name, readRegister(one, file)]));
}

/** GDT entry of the first TLS descriptor. Linux: arch/x86/include/asm/segment.h GDT_ENTRY_TLS_MIN. */
const GDT_TLS_MIN = 12;

/**
 * Base address of an x86 segment register. In 64-bit code only fs and gs have one; elsewhere it comes from the descriptor
 * in the thread block, and is 0 for the flat segments. Errors: RangeError for a name that is no segment.
 */
export function segmentBase(isa: IsaName, name: string, file: RegisterFile): bigint {
  const own = findRegister(isa, `${name}_base`);
  if (own) return readRegister(own, file);
  const selector = findRegister(isa, name);
  if (selector?.group !== 'segment') throw new RangeError(`${isa} has no segment ${name}`);
  const entry = (Number(readRegister(selector, file)) >>> 3) - GDT_TLS_MIN;
  if (entry < 0 || entry > 2) return 0n;
  const at = THREAD_X86.tls + 8 * entry;
  const byte = (i: number): number => file.thread[at + i] ?? 0;
  return BigInt(byte(2) + byte(3) * 2 ** 8 + byte(4) * 2 ** 16 + byte(7) * 2 ** 24);
}
