import { SHF_EXECINSTR } from '../../../asm/elf/constants.ts';
import { sectionAt } from '../../../debugger/images.ts';
import { littleEndian, peek, toLittleEndian } from '../../../debugger/memory.ts';
import { type FrameVariable, registerNamed, registerValue } from '../../../debugger/session/index.ts';
import type { Register } from '../../../emulator/engine/index.ts';
import { archOf } from '../../../kernel/arch/index.ts';
import { VM_EXEC } from '../../../kernel/mm/types.ts';
import { vmaAt } from '../../../kernel/mm/vma.ts';
import type { Task } from '../../../kernel/task.ts';
import { CliError } from '../errors.ts';
import type { Debugger } from './debugger.ts';
import type { Scope } from './expression.ts';
import type { Surroundings } from './format.ts';
import { symbolText } from './show.ts';
import { CODE_TYPE, type CType, intType, isAggregate, pointerType } from './types.ts';
import { make, type Place, type Value } from './value.ts';

/** User addresses end here on every ISA. */
const USER_END = 1n << 47n;

/** What expressions about a task can look up. */
export function scopeOf(debug: Debugger, task: Task | null, canAssign = false): Scope {
  if (!task?.mm) return bareScope(debug, canAssign);
  const { session, variables } = debug;
  const { wordBytes } = archOf(task.isa);
  return {
    wordBytes,
    dollar: (name) => builtIn(debug, task, name) ?? registerVariable(debug, task, name) ?? variables.get(name),
    type: (name) => session.typeNamed(task, debug.frameOf(task), name),
    symbol(name) {
      const variable = session.variable(task, debug.frameOf(task), name);
      if (variable) return variableValue(variable);
      const found = task.mm ? session.code.symbols.find(task.mm, name) : null;
      if (!found || !task.mm) return null;
      const isCode = ((vmaAt(task.mm, found.address)?.flags ?? 0) & VM_EXEC) !== 0;
      const { lenBytes } = found;
      return make({ kind: 'symbol', bits: wordBytes * 8, isCode, lenBytes }, BigInt(found.address));
    },
    read(address, lenBytes) {
      const bytes = userBytes(debug, task, address, lenBytes);
      return bytes.length < lenBytes ? null : littleEndian(bytes);
    },
    ...(canAssign
      ? { assign: (place: Place, value: bigint, lenBytes: number) => assign(debug, task, place, { value, lenBytes }) }
      : {}),
  };
}

/** Every process has ended: what is left are numbers and variables. */
function bareScope(debug: Debugger, canAssign: boolean): Scope {
  return {
    wordBytes: 8,
    dollar: (name) => builtIn(debug, null, name) ?? debug.variables.get(name),
    symbol: () => null,
    type: () => null,
    read: () => null,
    ...(canAssign ? { assign: (place: Place, value: bigint) => setVariable(debug, place, value) } : {}),
  };
}

function setVariable({ variables }: Debugger, place: Place, value: bigint): void {
  if (place.kind === 'variable') variables.set(place.name, make(intType(64, true), value));
}

export function userBytes({ session }: Debugger, task: Task, address: bigint, lenBytes: number): Uint8Array {
  if (!task.mm || address < 0n || address >= USER_END) return new Uint8Array(0);
  return peek(session.kernel, task.mm, Number(address), lenBytes);
}

export function surroundings(debug: Debugger, task: Task | null): Surroundings {
  if (!task) return { isa: 'x86_64', symbolText: () => '', bytes: () => new Uint8Array(0) };
  return {
    isa: task.isa,
    symbolText: (address) => (address < USER_END ? valueSymbolText(debug, task, Number(address)) : ''),
    bytes: (address, lenBytes) => userBytes(debug, task, address, lenBytes),
  };
}

/** gdb: what lies behind data whose size is not known is not said to be of it. */
function valueSymbolText(debug: Debugger, task: Task, address: number): string {
  const { mm } = task;
  const { images, code } = debug.session;
  const { symbols } = code;
  const place = mm ? symbols.place(mm, address) : null;
  const mapped = mm ? images.at(mm, address) : null;
  if (!mm || !place || !mapped) return '';
  const isCode = ((sectionAt(mapped, address)?.flags ?? SHF_EXECINSTR) & SHF_EXECINSTR) !== 0;
  return isCode || symbols.find(mm, place.name)?.lenBytes !== 0 ? symbolText(debug, task, address) : '';
}

function builtIn({ session }: Debugger, task: Task | null, name: string): Value | null {
  const long = intType(64, true);
  if (name === 't') return make(long, BigInt(session.history.t));
  if (name === 'pid' && task) return make(intType(32, true), BigInt(task.pid));
  const { status } = session.machine;
  if (name === '_exitcode' && status !== null) return make(intType(32, true), BigInt(status >>> 8));
  return null;
}

/** A variable that debug information tells of. Throws CliError for one that is nowhere. */
export function variableValue({ name, type, address, bytes, missing }: FrameVariable): Value {
  if (!bytes) throw new CliError(`${name}: ${missing}`);
  const place = address === null ? undefined : ({ kind: 'memory', address: BigInt(address) } as const);
  return make(type, place && isAggregate(type) ? 0n : littleEndian(bytes), place);
}

function registerVariable(debug: Debugger, task: Task, name: string): Value | null {
  const { session } = debug;
  const register = registerNamed(task, name);
  if (!register) return null;
  // What it was in an outer frame stands nowhere any more: it cannot be set.
  const saved = debug.frameValue(task, register);
  if (saved !== null) return { ...registerAsValue(register, saved), place: { kind: 'saved' } };
  return registerAsValue(register, registerValue(session.kernel, task, register));
}

export function registerAsValue(register: Register, value: bigint): Value {
  return make(registerType(register), value, { kind: 'register', name: register.name });
}

/** gdb's types of registers (features/*.xml) as C's. */
function registerType({ type, bits }: Register): CType {
  if (type === 'data_ptr') return pointerType(null, bits / 8);
  if (type === 'code_ptr') return pointerType(CODE_TYPE, bits / 8);
  if (/eflags|cpsr/.test(type)) return { kind: 'flags', bits };
  if (type === 'ieee_double') return { kind: 'float', bits: 64, name: 'double' };
  if (type === 'ieee_single') return { kind: 'float', bits: 32, name: 'float' };
  return bits > 64 ? { kind: 'int', bits, signed: false, name: type } : intType(Math.max(32, bits), true);
}

function assign(
  debug: Debugger,
  task: Task,
  place: Place,
  { value, lenBytes }: { value: bigint; lenBytes: number },
): void {
  const { session } = debug;
  if (place.kind === 'variable') {
    setVariable(debug, place, value);
    return;
  }
  if (place.kind === 'saved')
    throw new CliError('Registers of outer frames cannot be set: "frame 0" selects the innermost.');
  const branch = debug.attempt(() =>
    place.kind === 'register'
      ? session.setRegister(task, place.name, BigInt.asUintN(lenBytes * 8, value))
      : session.setMemory(
          task,
          userAddress(place.address),
          toLittleEndian(BigInt.asUintN(lenBytes * 8, value), lenBytes),
        ),
  );
  if (!branch) return;
  const { id, name, parent } = branch;
  debug.write(`A new branch begins here: ${id} ${name}. "branch ${parent?.id ?? 0}" goes back to the recorded one.\n`, {
    kind: 'branch',
    id,
    name,
    parent,
  });
}

/** Throws CliError for what no user address is. */
export function userAddress(value: bigint): number {
  if (value < 0n || value >= USER_END) throw new CliError(`Cannot access memory at address 0x${value.toString(16)}`);
  return Number(value);
}
