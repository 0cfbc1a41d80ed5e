import type { IsaName } from '../../kernel/ports.ts';
import { armWrites } from './arm.ts';
import type { WritesOf } from './types.ts';
import { x86Writes } from './x86.ts';

/** What an instruction of the ISA writes to memory. */
export const WRITES_OF: { readonly [isa in IsaName]: WritesOf } = {
  i386: x86Writes,
  x86_64: x86Writes,
  arm: armWrites,
};

export type { DecodedInstruction, RegisterView, WritesOf, WrittenRange } from './types.ts';
