import type { Expr } from '../expression.ts';
import type { Register } from './registers.ts';

export interface Memory {
  readonly kind: 'mem';
  readonly segment: Register | null;
  /** Null: none was written. */
  readonly displacement: Expr | null;
  readonly base: Register | null;
  readonly index: Register | null;
  readonly scale: number;
  /** Intel's `dword ptr`, lower case without `ptr`; '' where none was written. */
  readonly size: string;
}

/** One operand of an x86 instruction, in either syntax. */
export type Operand =
  | { readonly kind: 'reg'; readonly register: Register }
  | { readonly kind: 'imm'; readonly expr: Expr }
  | Memory
  /** A bare expression where a branch takes its target. */
  | { readonly kind: 'target'; readonly expr: Expr };

export interface ParsedOperand {
  readonly operand: Operand;
  /** AT&T's `*`. */
  readonly indirect: boolean;
  /** `{%k1}{z}` and the like, as written. */
  readonly decoration: string;
}

/** The width in bits that `dword ptr` and its sisters name. */
export const SIZE_BITS: Readonly<Record<string, number>> = {
  byte: 8,
  word: 16,
  dword: 32,
  fword: 48,
  qword: 64,
  tbyte: 80,
  xword: 80,
  oword: 128,
  xmmword: 128,
  ymmword: 256,
  zmmword: 512,
};
