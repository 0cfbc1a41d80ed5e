/**
 * The x86 CPU that programs see, i386 and x86-64 alike: the one table behind cpuid (the engine is given CPUID_ROWS), AT_HWCAP,
 * AT_HWCAP2 and /proc/cpuinfo. docs/cpu.md says why each is offered or not.
 */

/** Where a feature bit stands: leaf and register of cpuid. */
type Word = '1.edx' | '80000001.edx' | '1.ecx' | '80000001.ecx' | '7.ebx';

/** Names and order are those of /proc/cpuinfo. Linux: arch/x86/include/asm/cpufeatures.h. */
const FEATURES: Record<Word, Readonly<Record<string, number>>> = {
  '1.edx': {
    ...{ fpu: 0, de: 2, pse: 3, tsc: 4, msr: 5, pae: 6, mce: 7, cx8: 8, apic: 9, sep: 11, mtrr: 12, pge: 13, mca: 14 },
    ...{ cmov: 15, pat: 16, pse36: 17, clflush: 19, mmx: 23, fxsr: 24, sse: 25, sse2: 26 },
  },
  '80000001.edx': { syscall: 11, nx: 20, rdtscp: 27, lm: 29 },
  '1.ecx': {
    ...{ pni: 0, pclmulqdq: 1, ssse3: 9, cx16: 13, sse4_1: 19, sse4_2: 20, movbe: 22, popcnt: 23, aes: 25 },
    ...{ hypervisor: 31 },
  },
  '80000001.ecx': { lahf_lm: 0, abm: 5, '3dnowprefetch': 8 },
  '7.ebx': { fsgsbase: 0, bmi1: 3, bmi2: 8, adx: 19 },
};

/** FDP_EXCPTN_ONLY and ZERO_FCS_FDS, which /proc/cpuinfo does not name: how the x87's pointers are kept. */
const X87_POINTERS = (1 << 6) | (1 << 13);

/** What Linux adds to the flags by itself: long nops work, cpuid exists. */
const SYNTHETIC = ['nopl', 'cpuid'];

function word(name: Word): number {
  return Object.values(FEATURES[name]).reduce((bits, bit) => bits | (1 << bit), 0) >>> 0;
}

const VENDOR = 'GenuineIntel';
const BRAND = 'forkscope virtual CPU';
const HYPERVISOR = 'forkscope';
const FAMILY = 6;
/** Haswell, whose Pentiums have no AVX either. */
const MODEL = 60;
const STEPPING = 0;
/** Bits: RAM is at most 4 GiB, and user addresses are below 2^47. */
const PHYSICAL_BITS = 32;
const VIRTUAL_BITS = 48;
const LINE_BYTES = 64;

const SIGNATURE = (FAMILY << 8) | ((MODEL >> 4) << 16) | ((MODEL & 15) << 4) | STEPPING;

/** Four bytes of a text as cpuid gives them. */
function chars(text: string, at: number): number {
  return [0, 1, 2, 3].reduce((value, i) => value | ((text.charCodeAt(at + i) || 0) << (8 * i)), 0) >>> 0;
}

/** Leaf 4 for a cache of one core: type 1 data, 2 instructions, 3 both. */
function cache(type: number, level: number, sizeKiB: number, ways: number): CpuidRegs {
  const sets = (sizeKiB * 1024) / (ways * LINE_BYTES);
  const selfInitializing = 1 << 8;
  return [type | (level << 5) | selfInitializing, ((ways - 1) << 22) | (LINE_BYTES - 1), sets - 1, 0];
}

/** eax, ebx, ecx, edx. */
export type CpuidRegs = readonly [number, number, number, number];
/** Leaf, subleaf (ANY_SUBLEAF: not looked at), eax, ebx, ecx, edx. */
export type CpuidRow = readonly [leaf: number, subleaf: number, ...CpuidRegs];
export const ANY_SUBLEAF = 0xffff_ffff;

const MAX_LEAF = 0xd;
const MAX_EXTENDED_LEAF = 0x8000_0008;
const L3_KIB = 8192;

function rows(): CpuidRow[] {
  const all = (leaf: number, ...regs: CpuidRegs): CpuidRow => [leaf, ANY_SUBLEAF, ...regs];
  const vendor: CpuidRegs = [0, chars(VENDOR, 0), chars(VENDOR, 8), chars(VENDOR, 4)];
  const brand = (i: number): CpuidRegs => {
    const at = 16 * i;
    return [chars(BRAND, at), chars(BRAND, at + 4), chars(BRAND, at + 8), chars(BRAND, at + 12)];
  };
  return [
    all(0, MAX_LEAF, vendor[1], vendor[2], vendor[3]),
    all(1, SIGNATURE, (LINE_BYTES / 8) << 8, word('1.ecx'), word('1.edx')),
    // Descriptor 0xff: leaf 4 has the caches.
    all(2, 0xff01, 0, 0, 0),
    [4, 0, ...cache(1, 1, 32, 8)],
    [4, 1, ...cache(2, 1, 32, 8)],
    [4, 2, ...cache(3, 2, 256, 8)],
    [4, 3, ...cache(3, 3, L3_KIB, 16)],
    [7, 0, 0, word('7.ebx') | X87_POINTERS, 0, 0],
    // One thread in one core.
    [0xb, 0, 0, 1, 0x100, 0],
    [0xb, 1, 0, 1, 0x201, 0],
    all(0x4000_0000, 0x4000_0000, chars(HYPERVISOR, 0), chars(HYPERVISOR, 4), chars(HYPERVISOR, 8)),
    all(0x8000_0000, MAX_EXTENDED_LEAF, 0, 0, 0),
    all(0x8000_0001, 0, 0, word('80000001.ecx'), word('80000001.edx')),
    all(0x8000_0002, ...brand(0)),
    all(0x8000_0003, ...brand(1)),
    all(0x8000_0004, ...brand(2)),
    // L2: 256 KiB, 8 ways (code 6), lines of 64 bytes.
    all(0x8000_0006, 0, 0, (256 << 16) | (6 << 12) | LINE_BYTES, 0),
    all(0x8000_0008, (VIRTUAL_BITS << 8) | PHYSICAL_BITS, 0, 0, 0),
  ];
}

/** Everything that cpuid answers; a leaf or subleaf without a row is 0. */
export const CPUID_ROWS: readonly CpuidRow[] = rows();

/** AT_HWCAP. Linux: ELF_HWCAP in arch/x86/include/asm/elf.h, leaf 1 edx. */
export const X86_HWCAP = word('1.edx');
/** AT_HWCAP2. Linux: HWCAP2_FSGSBASE in arch/x86/include/uapi/asm/hwcap2.h. */
export const X86_HWCAP2 = 1 << 1;

/** The flags line of /proc/cpuinfo. */
export const X86_FLAGS: readonly string[] = [
  ...Object.keys(FEATURES['1.edx']),
  ...Object.keys(FEATURES['80000001.edx']),
  ...SYNTHETIC,
  ...Object.keys(FEATURES['1.ecx']),
  ...Object.keys(FEATURES['80000001.ecx']),
  ...Object.keys(FEATURES['7.ebx']),
];

/**
 * /proc/cpuinfo. One instruction is one nanosecond, so the time stamp counter runs at 1 GHz.
 * Linux: arch/x86/kernel/cpu/proc.c show_cpuinfo().
 */
export const X86_CPUINFO = `processor\t: 0
vendor_id\t: ${VENDOR}
cpu family\t: ${FAMILY}
model\t\t: ${MODEL}
model name\t: ${BRAND}
stepping\t: ${STEPPING}
cpu MHz\t\t: 1000.000
cache size\t: ${L3_KIB} KB
physical id\t: 0
siblings\t: 1
core id\t\t: 0
cpu cores\t: 1
apicid\t\t: 0
initial apicid\t: 0
fpu\t\t: yes
fpu_exception\t: yes
cpuid level\t: ${MAX_LEAF}
wp\t\t: yes
flags\t\t: ${X86_FLAGS.join(' ')}
bugs\t\t:
bogomips\t: 2000.00
clflush size\t: ${LINE_BYTES}
cache_alignment\t: ${LINE_BYTES}
address sizes\t: ${PHYSICAL_BITS} bits physical, ${VIRTUAL_BITS} bits virtual
power management:

`;
