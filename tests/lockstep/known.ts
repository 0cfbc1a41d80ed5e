/**
 * Where the engine is known to differ from the real CPU, each with its section in docs/engine-differences.md. The lockstep
 * passes over these and nothing else.
 */
import type { NativeStep } from './native.ts';
import { type Before, type Instruction, USER, type X86Isa } from './x86/sequence.ts';

/** A difference after one instruction. */
export interface Difference {
  readonly isa: X86Isa;
  readonly instruction: Instruction | undefined;
  readonly before: Before;
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

const SELECTORS = [USER.ds, USER.es, USER.fs, USER.gs];

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
    why: 'of accesses that fault more than once another byte is named; maskmovdqu looks only at the bytes it stores',
    action: 'stop',
    matches: (difference) => {
      const [expected, got] = [difference.expected, difference.got].map(
        (text) => /^signal 11 at (.*)$/.exec(text)?.[1],
      );
      if (named(difference, /^maskmov/) && expected !== undefined) return true;
      return expected !== undefined && got !== undefined && Math.abs(Number(expected) - Number(got)) < 32;
    },
  },
];

/** The known difference that this is, if any. */
export function knownDifference(difference: Difference): Known | undefined {
  return KNOWN.find((known) => known.matches(difference));
}
