/**
 * Where the engine is known to differ from the real CPU, each with its section in docs/engine-differences.md. The lockstep
 * passes over these and nothing else.
 */
import { areNans, isApproximation, isNearFunction, isTangentOfNothing, lanesAre } from './known-values.ts';
import type { NativeStep } from './native.ts';
import { accessesOf } from './segments.ts';
import { type Before, FLAG, type Instruction, USER, type X86Isa } from './x86/sequence.ts';

/** A difference after one instruction. */
export interface Difference {
  readonly isa: X86Isa;
  readonly instruction: Instruction | undefined;
  readonly before: Before;
  /** The FXSAVE image in front of the instruction, where there is one. */
  readonly imageBefore: Uint8Array | null;
  readonly step: NativeStep;
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

export interface Known {
  /** Heading in docs/engine-differences.md. */
  readonly id: string;
  readonly why: string;
  /** Go on from the real CPU's state, or give the rest of the sequence up. */
  readonly action: 'adopt' | 'stop';
  readonly matches: (difference: Difference) => boolean;
}

const named = (difference: Difference, pattern: RegExp): boolean => pattern.test(difference.instruction?.name ?? '');

/** Whether the instruction starts with these bytes. */
const starts = (difference: Difference, ...bytes: number[]): boolean =>
  bytes.every((byte, index) => difference.instruction?.bytes[index] === byte);

/**
 * Linux: arch/x86/include/asm/segment.h. Selectors of segments that cannot be written, being code (__USER32_CS and __USER_CS),
 * or do not reach over all addresses: null, and GDT_ENTRY_CPUNODE, whose limit is the number of a CPU.
 */
const CONFINED = [0, 0x20, 0x30, 0x78];
const SELECTORS = { es: USER.es, ds: USER.ds, fs: USER.fs, gs: USER.gs } as const;
/** Of the longest operand, that of fxsave. */
const MAX_OPERAND = 512;

/** The instruction goes through a confined segment, or across the end of FS or GS, whose bases are not 0. */
function isConfined({ instruction, before }: Difference): boolean {
  if (instruction === undefined) return false;
  return accessesOf(instruction, before).some(({ segment, offset }) => {
    if (segment === 'cs' || segment === 'ss') return segment === 'cs';
    if (CONFINED.includes((before[SELECTORS[segment] * 2] ?? 0) & ~3)) return true;
    return (segment === 'fs' || segment === 'gs') && offset !== null && offset > 2 ** 32 - MAX_OPERAND;
  });
}

export const KNOWN: readonly Known[] = [
  {
    id: 'enter-probe',
    why: 'enter does not try whether the new stack pointer may be written',
    action: 'stop',
    matches: (difference) =>
      named(difference, /^enter$/) && difference.what === 'signal' && /^signal (7|11)/.test(difference.expected),
  },
  {
    id: 'segment-checks',
    why: 'in 32-bit code null selectors, limits of data segments and stores through code segments are not checked',
    action: 'stop',
    matches: (difference) =>
      difference.isa === 'i386' &&
      difference.what === 'signal' &&
      difference.expected === 'signal 11' &&
      isConfined(difference),
  },
  {
    id: 'null-selectors',
    why: 'null selectors of other privilege levels become 0 when the kernel is left, as it is behind every step of the CPU',
    action: 'adopt',
    matches: ({ what, expected, got }) =>
      /^[defg]s$/.test(what) && Number(expected) === 0 && Number(got) > 0 && Number(got) < 4,
  },
  {
    id: 'x87-short-environment',
    why: 'fldenv and frstor of the 16-bit form load no instruction and operand pointers, and keep FOP',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^(fldenv|frstor)$/) && starts(difference, 0x66) && /^f[id]p$|^fop$/.test(difference.what),
  },
  {
    id: 'fxrstor-mxcsr',
    why: 'fxrstor takes reserved bits of MXCSR, where the CPU raises #GP',
    action: 'stop',
    matches: ({ what, expected, got, instruction }) =>
      instruction?.name === 'fxrstor' && what === 'signal' && expected === 'signal 11' && got === 'no signal',
  },
  {
    id: 'fptan-empty',
    why: 'fptan of an empty register pushes 1, not the indefinite',
    action: 'adopt',
    matches: (difference) => named(difference, /^fptan$/) && isTangentOfNothing(difference),
  },
  {
    id: 'x87-transcendental',
    why: 'fsin and its kin may differ in the last bits: each is rounded in its own way',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^f(2xm1|yl2x|yl2xp1|ptan|patan|sin|cos|sincos)$/) && isNearFunction(difference),
  },
  {
    id: 'fault-order',
    why: 'of accesses that fault more than once another byte is named',
    action: 'stop',
    matches: (difference) => {
      const [expected, got] = faults(difference);
      return expected !== undefined && got !== undefined && distance(expected, got) < 32;
    },
  },
  {
    id: 'state-fault-order',
    why: 'fxsave, fnsave and their kin try their bytes in another order, and fxsave not those that nothing is stored in',
    action: 'stop',
    matches: (difference) => {
      const [expected, got] = faults(difference);
      const isFxsave = named(difference, /^fx(save|rstor)$/);
      if (expected === undefined || !(isFxsave || named(difference, /^f(nsave|rstor|nstenv|ldenv)$/))) return false;
      if (got === undefined) return isFxsave && difference.got === 'no signal';
      return distance(expected, got) < (isFxsave ? 512 : 108);
    },
  },
  {
    id: 'maskmov-half',
    why: 'maskmovdqu and maskmovq look only at the bytes they store; the CPU looks at the page of each',
    action: 'stop',
    matches: (difference) => {
      const [expected, got] = faults(difference);
      const at = difference.before[USER.rdi * 2] ?? 0;
      const inside = (address: number | undefined): boolean =>
        address !== undefined && address >= at && address < at + 16;
      return named(difference, /^maskmov/) && inside(expected) && (inside(got) || difference.got === 'no signal');
    },
  },
  {
    id: 'alignment',
    why: 'AC in the flags does not make unaligned accesses fault',
    action: 'stop',
    matches: ({ what, expected, got, before }) =>
      what === 'signal' &&
      expected === 'signal 7' &&
      !/^signal 7/.test(got) &&
      ((before[USER.flags * 2] ?? 0) & FLAG.AC) !== 0,
  },
  {
    id: 'mmx-store-fault',
    why: 'an MMX store that faults has changed tags or the top of the stack of the x87 in its own way',
    action: 'stop',
    matches: ({ what, instruction, step }) =>
      instruction?.mmx === true &&
      step.signal !== null &&
      /^(mov|movnt|maskmov)[dq]$/.test(instruction.name) &&
      /^(fsw|ftw|st\d)$/.test(what),
  },
  {
    id: 'dot-product-nans',
    why: 'of several NaNs dpps and dppd give another one',
    action: 'adopt',
    matches: (difference) => named(difference, /^dpp[sd]$/) && lanesAre(difference, areNans),
  },
  {
    id: 'dot-product-flags',
    why: 'with exceptions that are not masked dpps and dppd set other flags',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^dpp[sd]$/) &&
      difference.what === 'mxcsr' &&
      ((Number(difference.expected) ^ Number(difference.got)) & ~0x3f) === 0 &&
      (Number(difference.expected) & 0x1f80) !== 0x1f80,
  },
  {
    id: 'approximations',
    why: 'rcpps and rsqrtps are exact quotients; each CPU has its own approximations',
    action: 'adopt',
    matches: (difference) => named(difference, /^r(cp|sqrt)[ps]s$/) && lanesAre(difference, isApproximation),
  },
];

/** How far two addresses are from each other, also across the end of 32-bit addresses. */
function distance(a: number, b: number): number {
  const apart = Math.abs(a - b) % 2 ** 32;
  return Math.min(apart, 2 ** 32 - apart);
}

/** The addresses of two SIGSEGVs that name one. */
function faults({ expected, got }: Difference): (number | undefined)[] {
  return [expected, got].map((text) => {
    const address = /^signal 11 at (.*)$/.exec(text)?.[1];
    return address === undefined ? undefined : Number(address);
  });
}

/** `pusha-half`: pusha that faults: the CPU has stored what it could, the engine nothing. Bytes of the stack that are not compared. */
export function halfStored(instruction: Instruction | undefined, before: Before): { from: number; to: number } | null {
  if (!/^pusha$/.test(instruction?.name ?? '')) return null;
  const sp = before[USER.rsp * 2] ?? 0;
  return { from: sp - 32, to: sp };
}

/** The known difference that this is, if any. */
export function knownDifference(difference: Difference): Known | undefined {
  return KNOWN.find((known) => known.matches(difference));
}
