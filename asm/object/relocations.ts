import type { IsaName } from '../../kernel/ports.ts';
import type { FixupKind } from './fixup-kinds.ts';
import * as k from './fixup-kinds.ts';

/** One relocation type of an ISA's ELF supplement. */
export interface RelocationType {
  readonly number: number;
  readonly name: string;
  /** Null: nothing to do (R_*_NONE, R_ARM_V4BX). */
  readonly kind: FixupKind | null;
}

type Row = readonly [number: number, name: string, kind: FixupKind | null];

/** System V ABI, Intel386 supplement. */
const I386: readonly Row[] = [
  [0, 'R_386_NONE', null],
  [1, 'R_386_32', k.ABS32],
  [2, 'R_386_PC32', k.PC32_WRAPPING],
  [4, 'R_386_PLT32', k.PC32_WRAPPING],
  [20, 'R_386_16', k.ABS16],
  [21, 'R_386_PC16', k.PC16],
  [22, 'R_386_8', k.ABS8],
  [23, 'R_386_PC8', k.PC8],
];

/** System V ABI, AMD64 supplement. */
const X86_64: readonly Row[] = [
  [0, 'R_X86_64_NONE', null],
  [1, 'R_X86_64_64', k.ABS64],
  [2, 'R_X86_64_PC32', k.PC32],
  [4, 'R_X86_64_PLT32', k.PLT32],
  [10, 'R_X86_64_32', k.ABS32],
  [11, 'R_X86_64_32S', k.ABS32S],
  [12, 'R_X86_64_16', k.ABS16],
  [13, 'R_X86_64_PC16', k.PC16],
  [14, 'R_X86_64_8', k.ABS8],
  [15, 'R_X86_64_PC8', k.PC8],
  [24, 'R_X86_64_PC64', k.PC64],
];

/** ELF for the ARM architecture (AAELF32). */
const ARM: readonly Row[] = [
  [0, 'R_ARM_NONE', null],
  [2, 'R_ARM_ABS32', k.ABS32],
  [3, 'R_ARM_REL32', k.PC32_WRAPPING],
  [4, 'R_ARM_LDR_PC_G0', k.ARM_LDR12],
  [5, 'R_ARM_ABS16', k.ABS16],
  [8, 'R_ARM_ABS8', k.ABS8],
  [9, 'R_ARM_SBREL32', k.SBREL32],
  [10, 'R_ARM_THM_CALL', k.THUMB_CALL],
  [26, 'R_ARM_GOT_BREL', k.GOT32],
  [28, 'R_ARM_CALL', k.ARM_CALL],
  [29, 'R_ARM_JUMP24', k.ARM_JUMP24],
  [30, 'R_ARM_THM_JUMP24', k.THUMB_JUMP24],
  [38, 'R_ARM_TARGET1', k.ABS32],
  [40, 'R_ARM_V4BX', null],
  [43, 'R_ARM_MOVW_ABS_NC', k.ARM_MOVW],
  [44, 'R_ARM_MOVT_ABS', k.ARM_MOVT],
  [47, 'R_ARM_THM_MOVW_ABS_NC', k.THUMB_MOVW],
  [48, 'R_ARM_THM_MOVT_ABS', k.THUMB_MOVT],
  [51, 'R_ARM_THM_JUMP19', k.THUMB_JUMP19],
  [102, 'R_ARM_THM_JUMP11', k.THUMB_JUMP11],
  [103, 'R_ARM_THM_JUMP8', k.THUMB_JUMP8],
];

const ROWS: Readonly<Record<IsaName, readonly Row[]>> = { i386: I386, x86_64: X86_64, arm: ARM };

const toType = ([number, name, kind]: Row): RelocationType => ({ number, name, kind });

/** The relocation type with this number, or undefined where it is none that can be linked statically here. */
export function relocationType(isa: IsaName, number: number): RelocationType | undefined {
  const row = ROWS[isa].find((r) => r[0] === number);
  return row && toType(row);
}

/** The relocation type that fills such a field (a linker chooses between BL and BLX itself), or undefined where an object file cannot express it. */
export function relocationFor(isa: IsaName, kind: FixupKind): RelocationType | undefined {
  const listed = kind === k.ARM_BLX ? k.ARM_CALL : kind === k.THUMB_BLX ? k.THUMB_CALL : kind;
  const row = ROWS[isa].find((r) => r[2] === listed);
  return row && toType(row);
}
