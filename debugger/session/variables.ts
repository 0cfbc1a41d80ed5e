import { DwarfError } from '../../asm/dwarf/cursor.ts';
import { evaluateExpression, type Location, type Machine } from '../../asm/dwarf/expression.ts';
import { dwarfRegisters } from '../../asm/dwarf/registers.ts';
import { type Variable, type VariableType, variablesOf } from '../../asm/dwarf/variables.ts';
import type { Task } from '../../kernel/task.ts';
import { littleEndian, peek, toLittleEndian } from '../memory.ts';
import type { StackFrame } from './frames.ts';
import type { Session } from './session.ts';

/** A variable of a frame, and what is in it; the bytes are null where it cannot be found. */
export interface FrameVariable {
  readonly name: string;
  readonly isParameter: boolean;
  readonly type: VariableType;
  /** Null for a register, and for what stands nowhere. */
  readonly address: number | null;
  readonly bytes: Uint8Array | null;
  /** Why there are none. */
  readonly missing: string | null;
}

/** The variables of a frame's function, the innermost scope's last. */
export function variablesOfFrame(
  session: Session,
  task: Task,
  frame: StackFrame,
  isInnermost: boolean,
): FrameVariable[] {
  const { mm } = task;
  const at = isInnermost ? frame.pc : frame.pc - 1;
  const mapped = mm ? session.images.at(mm, at) : null;
  const { debug } = mapped?.image ?? {};
  const within = mapped && debug?.functionAt(at - mapped.bias);
  if (!mm || !mapped || !debug || !within) return [];
  const { variables, frameBase } = variablesOf(debug.sections, within, at - mapped.bias, (offset) =>
    debug.unitAt(offset),
  );
  const machine = machineOf(session, task, frame, mapped.bias, frameBase);
  return variables.map((variable) => ({ ...variable, ...contentsOf(session, task, variable, machine) }));
}

function machineOf(
  session: Session,
  task: Task,
  frame: StackFrame,
  bias: number,
  frameBase: Uint8Array | null,
): Machine {
  const isa = dwarfRegisters(task.isa);
  const plain: Machine = {
    wordBytes: isa.wordBytes,
    bias,
    register: (number) => frame.registers.get(isa.names[number] ?? '') ?? null,
    memory: (addr, lenBytes) => {
      const bytes = read(session, task, addr, lenBytes);
      return bytes && littleEndian(bytes);
    },
    cfa: () => BigInt(frame.cfa),
  };
  const base = (): bigint | null => {
    const location = frameBase && evaluateExpression(frameBase, plain);
    if (!location) return null;
    if (location.kind === 'register') return plain.register(location.register);
    return location.kind === 'memory' ? location.address : location.value;
  };
  return { ...plain, frameBase: base };
}

function contentsOf(
  session: Session,
  task: Task,
  { location, type }: Variable,
  machine: Machine,
): Pick<FrameVariable, 'address' | 'bytes' | 'missing'> {
  const none = { address: null, bytes: null };
  if (location === null) return { ...none, missing: '<optimized out>' };
  try {
    const place =
      typeof location === 'bigint'
        ? ({ kind: 'value', value: location } as const)
        : evaluateExpression(location, machine);
    const found = contents(session, task, type, place, machine);
    return { ...found, missing: found.bytes ? null : '<cannot be read>' };
  } catch (error) {
    // Pieces, and what a caller gave: expressions that ask for more than this frame.
    if (error instanceof DwarfError || error instanceof RangeError) return { ...none, missing: '<optimized out>' };
    throw error;
  }
}

function contents(
  session: Session,
  task: Task,
  { lenBytes }: VariableType,
  location: Location,
  machine: Machine,
): { address: number | null; bytes: Uint8Array | null } {
  if (location.kind === 'memory')
    return { address: Number(location.address), bytes: read(session, task, location.address, lenBytes) };
  const value = location.kind === 'value' ? location.value : machine.register(location.register);
  return { address: null, bytes: value === null ? null : toLittleEndian(value, Math.min(lenBytes, 8)) };
}

function read({ kernel: k }: Session, { mm }: Task, addr: bigint, lenBytes: number): Uint8Array | null {
  if (!mm || addr >= 1n << 47n) return null;
  const bytes = peek(k, mm, Number(addr), lenBytes);
  return bytes.length < lenBytes ? null : bytes;
}

/** The number that a variable holds; null for what is no number, or cannot be found. */
export function variableNumber({ bytes, type: { kind, lenBytes } }: FrameVariable): bigint | null {
  if (!bytes || lenBytes === 0 || lenBytes > 8 || kind === 'other' || kind === 'float') return null;
  const value = littleEndian(bytes);
  return kind === 'signed' || kind === 'char' ? BigInt.asIntN(lenBytes * 8, value) : value;
}
