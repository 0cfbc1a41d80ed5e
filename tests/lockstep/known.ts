/**
 * Where the engine is known to differ from the real CPU, each with its section in docs/engine-differences.md. The lockstep
 * passes over these and nothing else.
 */
import {
  isApproximation,
  isDenormal,
  isMmxState,
  isNan,
  isNearFunction,
  isZero,
  lanesAre,
  TWO_OPERANDS,
} from './known-values.ts';
import type { NativeStep } from './native.ts';
import { type Before, FLAG, type Instruction, type Sequence, USER, type X86Isa } from './x86/sequence.ts';

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

const SELECTORS = [USER.ds, USER.es, USER.fs, USER.gs];

/** Instructions that define condition codes. */
const STATUS_DEFINED = /^f(i?comp?|compp|ucom|ucompp?|tst|xam|prem1?|ptan|sin|cos|sincos|nclex|ninit)$/;

const low = (hex: string): number => Number.parseInt(hex.slice(-8), 16);

/** Whether the 80-bit real at `at` has an exponent, but no leading one. */
function isUnsupported(image: Uint8Array | null, at: number): boolean {
  if (image === null) return false;
  const exponent = (image[at + 8] ?? 0) | (((image[at + 9] ?? 0) & 0x7f) << 8);
  return exponent !== 0 && ((image[at + 7] ?? 0) & 0x80) === 0;
}

/** The six exception masks of a control word, in its low bits. */
const allMasked = (control: number): boolean => (control & 0x3f) === 0x3f;

/** Known where it happens: what it stores in memory is seen only at the end. */
export const STACK_FAULTS: Known = {
  id: 'x87-stack-faults',
  why: 'over- and underflow of the register stack go unseen',
  action: 'stop',
  matches: ({ step }) => isStackFault(step),
};

/** SF of the x87's status word: no sequence starts with it. */
export function isStackFault(step: NativeStep): boolean {
  return ((step.fpu?.[2] ?? 0) & 0x40) !== 0;
}

export const KNOWN: readonly Known[] = [
  STACK_FAULTS,
  {
    id: 'fp-unmasked',
    why: 'unmasked floating-point exceptions are not raised',
    action: 'stop',
    matches: ({ what, expected, step, instruction }) => {
      if (
        step.fpu === null ||
        (allMasked(step.fpu[0] ?? 0) && allMasked((step.fpu[24] ?? 0) / 128 + (step.fpu[25] ?? 0) * 2))
      )
        return false;
      if (/^(st|xmm|fsw|ftw)/.test(what)) return true;
      return what === 'signal' && expected === 'signal 8' && !/^(i?div|aam)$/.test(instruction?.name ?? '');
    },
  },
  {
    id: 'mmx-exponent',
    why: 'an MMX instruction leaves sign and exponent of the x87 register, the top of stack and the tags as they are',
    action: 'adopt',
    matches: isMmxState,
  },
  {
    id: 'x87-status',
    why: 'C0 to C3 are cleared where the manual leaves them undefined, and exceptions are not kept',
    action: 'adopt',
    matches: (difference) => {
      const { what, step, before, expected, got } = difference;
      if (named(difference, /^fnstsw$/) && what === 'rax') return ((low(expected) ^ low(got)) & ~0x7fff) === 0;
      // Intel SDM volume 1, table 8-1 and "FPU Flags Affected" of each instruction: the others leave C0, C2, C3 undefined.
      return (
        what === 'fsw' && named(difference, /^f/) && !named(difference, STATUS_DEFINED) && before !== step.registers
      );
    },
  },
  {
    id: 'x87-constants',
    why: 'constants are rounded to nearest, whatever the rounding mode',
    action: 'adopt',
    matches: (difference) => /^st/.test(difference.what) && named(difference, /^fld(l2t|l2e|pi|lg2|ln2)$/),
  },
  {
    id: 'x87-remainder',
    why: 'fprem and fprem1 compute in double precision, and in other steps',
    action: 'adopt',
    matches: (difference) => /^(st|fsw)/.test(difference.what) && named(difference, /^fprem1?$/),
  },
  {
    id: 'fetch-behind-budget',
    why: 'where the next instruction cannot be fetched, a budget that is used up ends as the fault of the fetch',
    action: 'adopt',
    matches: ({ what, expected, got, step }) => {
      const next = (step.registers[USER.rip * 2] ?? 0) + (step.registers[USER.rip * 2 + 1] ?? 0) * 2 ** 32;
      return what === 'signal' && expected === 'no signal' && got === `signal 11 at 0x${next.toString(16)}`;
    },
  },
  {
    id: 'x87-scale',
    why: 'fscale rounds to the precision of the control word, and takes no infinities; fxtract takes no zeros and infinities',
    action: 'adopt',
    matches: (difference) => /^(st|fsw)/.test(difference.what) && named(difference, /^(fscale|fxtract)$/),
  },
  {
    id: 'two-nans',
    why: 'of two NaN operands SSE takes the first; the engine takes the one that x87 would',
    action: 'adopt',
    matches: (difference) => named(difference, TWO_OPERANDS) && lanesAre(difference, (a, b) => isNan(a) && isNan(b)),
  },
  {
    id: 'daz-minmax',
    why: 'with DAZ, min and max give a denormal operand back, not zero',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^(min|max)/) &&
      ((difference.step.fpu?.[24] ?? 0) & 0x40) !== 0 &&
      lanesAre(difference, (a, b) => isZero(a) && isDenormal(b)),
  },
  {
    id: 'bextr-length',
    why: 'bextr of more bits than there are loses the highest',
    action: 'adopt',
    matches: (difference) => named(difference, /^bextr$/),
  },
  {
    id: 'pcmpestr-ordered',
    why: 'pcmpestri and pcmpestrm find no ordered match at the end of the vector',
    action: 'adopt',
    matches: (difference) => named(difference, /^pcmpestr[im]$/) && difference.what !== 'signal',
  },
  {
    id: 'x87-unsupported',
    why: 'formats without a meaning count as numbers and NaNs',
    action: 'adopt',
    matches: (difference) => named(difference, /^f/) && isUnsupported(difference.step.fpu, 32),
  },
  {
    id: 'x87-snan',
    why: 'loads and stores of 32 and 64 bits give a signalling NaN on as it is',
    action: 'adopt',
    matches: (difference) => /^st/.test(difference.what) && named(difference, /^(fld|fst|fstp)$/),
  },
  {
    id: 'dot-product-zero',
    why: 'dpps and dppd give a zero of the other sign',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^dpp[sd]$/) &&
      lanesAre(difference, (a, b) => (isZero(a) && isZero(b)) || (isNan(a) && isNan(b))),
  },
  {
    id: 'dot-product-inexact',
    why: 'dpps and dppd set no PE where the CPU does',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^dpp[sd]$/) &&
      difference.what === 'mxcsr' &&
      Number(difference.expected) - Number(difference.got) === 0x20,
  },
  {
    id: 'x87-transcendental',
    why: 'fsin and its kin are computed in double precision',
    action: 'adopt',
    matches: (difference) =>
      named(difference, /^f(2xm1|yl2x|yl2xp1|ptan|patan|sin|cos|sincos)$/) && isNearFunction(difference),
  },
  {
    id: 'lock-prefix',
    why: 'a lock prefix on an instruction that takes none is passed over',
    action: 'stop',
    matches: (difference) => difference.expected === 'signal 4' && starts(difference, 0xf0),
  },
  {
    id: 'enter-probe',
    why: 'enter does not try whether the new stack pointer may be written',
    action: 'stop',
    matches: (difference) =>
      named(difference, /^enter$/) && difference.what === 'signal' && /^signal (7|11)/.test(difference.expected),
  },
  {
    id: 'segment-checks',
    why: 'in 32-bit code null selectors and limits of data segments are not checked',
    action: 'stop',
    matches: ({ isa, what, expected, before, instruction }) =>
      isa === 'i386' &&
      what === 'signal' &&
      expected === 'signal 11' &&
      (SELECTORS.some((index) => (before[index * 2] ?? 0) < 4) ||
        /^(64|65)$/.test((instruction?.bytes[0] ?? 0).toString(16))),
  },
  {
    id: 'fault-order',
    why: 'of accesses that fault more than once another byte is named',
    action: 'stop',
    matches: (difference) => {
      const [expected, got] = faults(difference);
      return expected !== undefined && got !== undefined && Math.abs((expected - got) % 2 ** 32) < 32;
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
    id: 'approximations',
    why: 'rcpps and rsqrtps are exact quotients; each CPU has its own approximations',
    action: 'adopt',
    matches: (difference) => named(difference, /^r(cp|sqrt)[ps]s$/) && lanesAre(difference, isApproximation),
  },
  {
    id: 'icebp',
    why: 'int1 is undefined, and no debug trap',
    action: 'stop',
    matches: (difference) => difference.what === 'signal' && starts(difference, 0xf1),
  },
  {
    id: 'fsgsbase',
    why: 'rdfsbase and its kin are undefined: CR4.FSGSBASE is off, and AT_HWCAP2 does not offer them',
    action: 'stop',
    matches: (difference) => difference.what === 'signal' && starts(difference, 0xf3, 0x0f, 0xae, 0xc0),
  },
  {
    id: 'stack-segment-faults',
    why: 'a non-canonical address in the stack segment is #GP, not #SS',
    action: 'stop',
    matches: ({ isa, what, expected, got, before }) =>
      isa === 'x86_64' &&
      what === 'signal' &&
      expected === 'signal 7' &&
      got === 'signal 11' &&
      !(isCanonical(before, USER.rsp) && isCanonical(before, USER.rbp)),
  },
];

/** x87-snan, in memory: the bit that makes a stored NaN a quiet one, wherever the word is cut. */
export function isQuietBit(sequence: Sequence, expected: number, got: number): boolean {
  const bit = (expected ^ got) >>> 0;
  const single = bit !== 0 && (bit & (bit - 1)) === 0 && (bit & 0x4848_4848) !== 0;
  return single && (expected & bit) !== 0 && sequence.instructions.some(({ name }) => /^fstp?$/.test(name));
}

/** The addresses of two SIGSEGVs that name one. */
function faults({ expected, got }: Difference): (number | undefined)[] {
  return [expected, got].map((text) => {
    const address = /^signal 11 at (.*)$/.exec(text)?.[1];
    return address === undefined ? undefined : Number(address);
  });
}

function isCanonical(registers: Before, index: number): boolean {
  const high = registers[index * 2 + 1] ?? 0;
  return high < 0x8000 || high >= 0xffff_8000;
}

/** The known difference that this is, if any. */
export function knownDifference(difference: Difference): Known | undefined {
  return KNOWN.find((known) => known.matches(difference));
}
