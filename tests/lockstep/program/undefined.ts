/** Flags that an instruction of a program leaves undefined, from the tables that sequences are made of. */
import type { DisassembledInstruction } from '../../../asm/index.ts';
import { rowsFor, undefinedOf } from '../x86/encode.ts';
import type { Before } from '../x86/sequence.ts';
import { BCD, BITS, BMI, INTEGER, MULDIV, SHIFT } from '../x86/table-integer.ts';

const ROWS = new Map(
  rowsFor('x86_64', [...INTEGER, ...SHIFT, ...BITS, ...BMI, ...MULDIV]).map((row) => [row.name, row]),
);
for (const row of rowsFor('i386', BCD)) ROWS.set(row.name, row);

const BYTE = /\b([abcd][lh]|(si|di|bp|sp)l|r\d+b|byte ptr)\b/;
const WORD = /\b([abcd]x|si|di|bp|sp|r\d+w|word ptr)\b/;
const QUAD = /\b(r[abcd]x|r[sd]i|r[bs]p|r\d+|qword ptr)\b/;

function sizeOf(operand: string): number {
  if (BYTE.test(operand)) return 8;
  if (QUAD.test(operand)) return 64;
  return WORD.test(operand) ? 16 : 32;
}

/** The flags, of an instruction in Intel's syntax. */
export function undefinedFlags({ mnemonic, operands }: DisassembledInstruction, before: Before): number {
  const row = ROWS.get(mnemonic.split(' ').at(-1) ?? '');
  if (row === undefined) return 0;
  const parts = operands.split(/,\s*/);
  const last = parts[row.options.includes('double') ? 2 : 1];
  const count = last === undefined ? 1 : last === 'cl' ? 'cl' : Number(last);
  const flags = undefinedOf(row, sizeOf(parts[0] ?? ''), count) ?? 0;
  return typeof flags === 'number' ? flags : flags(before);
}
