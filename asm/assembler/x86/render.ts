import { hex } from '../unit.ts';
import type { Memory, ParsedOperand } from './operand.ts';
import type { Register } from './registers.ts';

/** Gives the number that stands for an operand's expression: its value, or a placeholder. */
export type NumberOf = (operand: number) => bigint;

/** The instruction as Keystone reads it: one syntax, every number in hexadecimal. */
export function renderAtt(
  mnemonic: string,
  operands: readonly ParsedOperand[],
  numberOf: NumberOf,
  is64: boolean,
): string {
  const parts = operands.map(({ operand, indirect, decoration }, i) => {
    const star = indirect ? '*' : '';
    if (operand.kind === 'reg') return `${star}%${operand.register.name}${decoration}`;
    if (operand.kind === 'mem') return star + attMemory(operand, numberOf(i), is64, mnemonic) + decoration;
    return operand.kind === 'imm' ? `$${hex(numberOf(i))}` : hex(numberOf(i));
  });
  return parts.length === 0 ? mnemonic : `${mnemonic} ${parts.join(',')}`;
}

const attRegister = (register: Register | null): string => (register ? `%${register.name}` : '');

function attMemory(memory: Memory, displacement: bigint, is64: boolean, mnemonic: string): string {
  const segment = memory.segment ? `%${memory.segment.name}:` : '';
  const disp = memory.displacement ? hex(displacement) : '';
  if (memory.base || memory.index) {
    const index = memory.index ? `,${attRegister(memory.index)},${hex(BigInt(memory.scale))}` : '';
    return `${segment}${disp}(${attRegister(memory.base)}${index})`;
  }
  // Without the index that is none, Keystone takes a 64-bit absolute address as relative to rip.
  return isAbsolute64(memory, is64, mnemonic) ? `${segment}${disp || '0x0'}(,%riz,1)` : `${segment}${disp || '0x0'}`;
}

function isAbsolute64(memory: Memory, is64: boolean, mnemonic: string): boolean {
  return is64 && !memory.base && !memory.index && !mnemonic.startsWith('movabs');
}

export function renderIntel(
  mnemonic: string,
  operands: readonly ParsedOperand[],
  numberOf: NumberOf,
  is64: boolean,
): string {
  const parts = operands.map(({ operand, decoration }, i) => {
    if (operand.kind === 'reg') return operand.register.name + decoration;
    if (operand.kind === 'mem') return intelMemory(operand, numberOf(i), is64, mnemonic) + decoration;
    return hex(numberOf(i));
  });
  return parts.length === 0 ? mnemonic : `${mnemonic} ${parts.join(', ')}`;
}

function intelMemory(memory: Memory, displacement: bigint, is64: boolean, mnemonic: string): string {
  const size = memory.size ? `${memory.size} ptr ` : '';
  const segment = memory.segment ? `${memory.segment.name}:` : '';
  const terms: string[] = [];
  if (memory.base) terms.push(memory.base.name);
  if (memory.index) terms.push(`${memory.index.name}*${memory.scale}`);
  if (isAbsolute64(memory, is64, mnemonic)) terms.push('riz*1');
  let text = terms.join('+');
  if (memory.displacement || terms.length === 0) {
    const value = hex(displacement);
    text += displacement < 0n || terms.length === 0 ? value : `+${value}`;
  }
  return `${size}${segment}[${text}]`;
}
