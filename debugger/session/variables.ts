import { DwarfError } from '../../asm/dwarf/cursor.ts';
import { type DataType, sizeOf } from '../../asm/dwarf/data-type.ts';
import type { DebugInfo } from '../../asm/dwarf/debug-info.ts';
import { evaluateExpression, type Location, type Machine } from '../../asm/dwarf/expression.ts';
import { dwarfRegisters } from '../../asm/dwarf/registers.ts';
import type { Variable } from '../../asm/dwarf/variables.ts';
import type { Task } from '../../kernel/task.ts';
import { littleEndian, peek, toLittleEndian } from '../memory.ts';
import type { StackFrame } from './frames.ts';
import type { Session } from './session.ts';

/** A variable of a frame, and what is in it; the bytes are null where it cannot be found. */
export interface FrameVariable {
  readonly name: string;
  readonly isParameter: boolean;
  readonly type: DataType;
  /** Null for a register, and for what stands nowhere. */
  readonly address: number | null;
  readonly bytes: Uint8Array | null;
  /** Why there are none. */
  readonly missing: string | null;
}

/** Where debug information is asked: an instruction of a frame. */
export interface Scene {
  readonly task: Task;
  readonly frame: StackFrame;
  readonly isInnermost: boolean;
}

/** The variables of a frame's function, the innermost scope's last; those of one name only where that is given. */
export function variablesOfFrame(session: Session, scene: Scene, name?: string): FrameVariable[] {
  const { task, frame } = scene;
  const { debug, linked, bias } = debugAt(session, scene) ?? {};
  const found = debug?.variablesAt(linked ?? 0);
  if (!found) return [];
  const machine = machineOf(session, task, frame, bias ?? 0, found.frameBase);
  const wanted = name === undefined ? found.variables : found.variables.filter((variable) => variable.name === name);
  return wanted.map((variable) => contentsOf(session, task, variable, machine));
}

/** The variable of that name outside of functions: that of the frame's own file first. */
export function globalVariable(session: Session, scene: Scene, name: string): FrameVariable | null {
  const { task, frame } = scene;
  for (const { debug, linked, bias } of debugFrom(session, scene)) {
    const variable = debug.globalNamed(name, linked);
    if (variable) return contentsOf(session, task, variable, machineOf(session, task, frame, bias, null));
  }
  return null;
}

/** The type of that name, as the frame's own file has it, or another. */
export function typeNamed(session: Session, scene: Scene, name: string): DataType | null {
  for (const { debug, linked } of debugFrom(session, scene)) {
    const type = debug.typeNamed(name, linked);
    if (type) return type;
  }
  return null;
}

interface DebugPlace {
  readonly debug: DebugInfo;
  /** The frame's pc as the file has it, where that is in the file. */
  readonly linked: number;
  readonly bias: number;
}

function debugAt({ images }: Session, { task: { mm }, frame, isInnermost }: Scene): DebugPlace | null {
  const at = isInnermost ? frame.pc : frame.pc - 1;
  const mapped = mm ? images.at(mm, at) : null;
  return mapped && { debug: mapped.image.debug, linked: at - mapped.bias, bias: mapped.bias };
}

/** All files of the process, the frame's own first. */
function debugFrom(session: Session, scene: Scene): DebugPlace[] {
  const own = debugAt(session, scene);
  const { mm } = scene.task;
  const all = mm ? session.images.of(mm) : [];
  const others = all.filter(({ image }) => image.debug !== own?.debug);
  return [...(own ? [own] : []), ...others.map(({ image, bias }) => ({ debug: image.debug, linked: -1, bias }))];
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

const UNKNOWN: DataType = { kind: 'opaque', bits: 0, name: '?' };

function contentsOf(session: Session, task: Task, variable: Variable, machine: Machine): FrameVariable {
  const { name, isParameter, location } = variable;
  const type = variable.type ?? UNKNOWN;
  const nowhere = { name, isParameter, type, address: null, bytes: null, missing: '<optimized out>' };
  if (location === null) return nowhere;
  try {
    const place =
      typeof location === 'bigint'
        ? ({ kind: 'value', value: location } as const)
        : evaluateExpression(location, machine);
    const found = contents(session, task, sizeOf(type), place, machine);
    return { ...nowhere, ...found, missing: found.bytes ? null : '<cannot be read>' };
  } catch (error) {
    // Pieces, and what a caller gave: expressions that ask for more than this frame.
    if (error instanceof DwarfError || error instanceof RangeError) return nowhere;
    throw error;
  }
}

function contents(
  session: Session,
  task: Task,
  lenBytes: number,
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
