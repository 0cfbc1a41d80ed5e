import { DwarfError } from './cursor.ts';
import { evaluateExpression, type Location } from './expression.ts';
import type { DwarfRegisters } from './registers.ts';
import type { RegisterRule, UnwindRow } from './unwind-row.ts';

/** Values of a frame's registers by DWARF's numbers, as far as they are known. */
export type RegisterValues = ReadonlyMap<number, bigint>;

/** What a frame's caller had in its registers when it goes on. */
export interface CallerFrame {
  readonly cfa: number;
  /** With pc, and sp as it is behind the return. */
  readonly registers: RegisterValues;
  /** By register: where its value was saved. The return address is that of pc. */
  readonly saved: ReadonlyMap<number, number>;
}

/** A little-endian number in memory, or null. */
export type ReadMemory = (addr: bigint, lenBytes: number) => bigint | null;

/** The address of a frame, by its row. Throws DwarfError where a register or memory is missing. */
export function cfaOf(row: UnwindRow, registers: RegisterValues, isa: DwarfRegisters, memory: ReadMemory): bigint {
  const { cfa } = row;
  if (cfa.kind === 'expression') return addressOf(evaluate(cfa.expression, registers, isa, memory, []));
  const base = registers.get(cfa.register);
  if (base === undefined) throw new DwarfError('a register that is not known');
  return BigInt.asUintN(isa.wordBytes * 8, base + BigInt(cfa.offset));
}

/** One frame up: DWARF 5, 6.4.4. Throws DwarfError; null where the row says that there is no caller. */
export function callerOf(
  row: UnwindRow,
  registers: RegisterValues,
  isa: DwarfRegisters,
  memory: ReadMemory,
): CallerFrame | null {
  const cfa = cfaOf(row, registers, isa, memory);
  const saved = new Map<number, number>();
  // Without a rule a register is the caller's still; sp is the frame's address.
  const caller = new Map(registers);
  caller.set(isa.sp, cfa);
  for (const [register, rule] of row.registers) {
    const found = recover(rule, register, cfa, { registers, isa, memory });
    if (found.value === null) caller.delete(register);
    else caller.set(register, found.value);
    if (found.address !== null) saved.set(register, Number(found.address));
  }
  const back = caller.get(row.returnAddress);
  if (back === undefined || row.registers.get(row.returnAddress)?.kind === 'undefined') return null;
  caller.set(isa.pc, back);
  const slot = saved.get(row.returnAddress);
  if (slot !== undefined) saved.set(isa.pc, slot);
  return { cfa: Number(cfa), registers: caller, saved };
}

interface Context {
  readonly registers: RegisterValues;
  readonly isa: DwarfRegisters;
  readonly memory: ReadMemory;
}

interface Recovered {
  readonly value: bigint | null;
  readonly address: bigint | null;
}

function recover(rule: RegisterRule, register: number, cfa: bigint, context: Context): Recovered {
  const { registers, isa, memory } = context;
  const at = (address: bigint): Recovered => {
    const wrapped = BigInt.asUintN(isa.wordBytes * 8, address);
    return { value: memory(wrapped, isa.wordBytes), address: wrapped };
  };
  switch (rule.kind) {
    case 'undefined':
      return { value: null, address: null };
    case 'same':
      return { value: registers.get(register) ?? null, address: null };
    case 'register':
      return { value: registers.get(rule.register) ?? null, address: null };
    case 'offset':
      return at(cfa + BigInt(rule.offset));
    case 'valOffset':
      return { value: BigInt.asUintN(isa.wordBytes * 8, cfa + BigInt(rule.offset)), address: null };
    case 'expression':
      return at(addressOf(evaluate(rule.expression, registers, isa, memory, [cfa])));
    case 'valExpression':
      return { value: addressOf(evaluate(rule.expression, registers, isa, memory, [cfa])), address: null };
  }
}

function evaluate(
  expression: Uint8Array,
  registers: RegisterValues,
  isa: DwarfRegisters,
  memory: ReadMemory,
  initial: readonly bigint[],
): Location {
  const register = (number: number): bigint | null => registers.get(number) ?? null;
  return evaluateExpression(expression, { wordBytes: isa.wordBytes, register, memory }, initial);
}

function addressOf(location: Location): bigint {
  if (location.kind === 'memory') return location.address;
  if (location.kind === 'value') return location.value;
  throw new DwarfError('a register where an address should be');
}
