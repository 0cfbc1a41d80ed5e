import type { IsaName } from '../../kernel/ports.ts';

/** DWARF's numbers of an ISA's registers: i386 and AMD64 psABI, AADWARF32. */
export interface DwarfRegisters {
  /** By number, in the words of pt_regs; what unwinding is about, nothing more. */
  readonly names: readonly string[];
  readonly sp: number;
  /** Frame pointer, as compilers keep one in the ISA's usual state. */
  readonly fp: number;
  readonly pc: number;
  /** Where a call leaves the return address; null for the stack. */
  readonly link: number | null;
  readonly wordBytes: 4 | 8;
}

const TABLE: { readonly [isa in IsaName]: DwarfRegisters } = {
  i386: {
    names: ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi', 'eip'],
    ...{ sp: 4, fp: 5, pc: 8, link: null, wordBytes: 4 },
  },
  x86_64: {
    names: [
      ...['ax', 'dx', 'cx', 'bx', 'si', 'di', 'bp', 'sp', 'r8', 'r9', 'r10', 'r11', 'r12', 'r13', 'r14', 'r15'],
      'ip',
    ],
    ...{ sp: 7, fp: 6, pc: 16, link: null, wordBytes: 8 },
  },
  arm: {
    names: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'fp', 'ip', 'sp', 'lr', 'pc'],
    ...{ sp: 13, fp: 11, pc: 15, link: 14, wordBytes: 4 },
  },
};

export function dwarfRegisters(isa: IsaName): DwarfRegisters {
  return TABLE[isa];
}
