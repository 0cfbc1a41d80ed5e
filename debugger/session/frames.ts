import { dwarfRegisters } from '../../asm/dwarf/registers.ts';
import { archOf } from '../../kernel/arch/index.ts';
import { VM_EXEC } from '../../kernel/mm/types.ts';
import { vmaAt } from '../../kernel/mm/vma.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import { getRegHigh, getRegLow } from '../../kernel/ptregs.ts';
import type { Kernel } from '../../kernel/state.ts';
import type { Task } from '../../kernel/task.ts';
import type { InlinedFunction, SourceLine } from '../lines.ts';
import type { SymbolPlace } from '../records.ts';
import { flagsOf } from './places.ts';
import { type Activation, codeAddress, type Evidence, type UnwindReader, unwind } from './unwinder.ts';

/** One function under way. */
export interface StackFrame {
  readonly pc: VirtAddr;
  /** The stack pointer that its caller will have when it returns; of a frame whose return address was not found, its own. */
  readonly cfa: VirtAddr;
  /** Where its return address stands; null while that is in a register, or unknown. */
  readonly slot: VirtAddr | null;
  readonly returnTo: VirtAddr | null;
  readonly place: SymbolPlace | null;
  /** The return address was guessed: the first word on the stack that stands behind a call. */
  readonly isGuess: boolean;
  /** How its caller was found; null where it was not. */
  readonly evidence: Evidence | null;
  /** It has no caller: a program's first function, or a thread's. */
  readonly isOutermost: boolean;
  /** The line under way: of a caller that of its call. */
  readonly line: SourceLine | null;
  /** Functions whose code stands in this one's here, the outermost first. */
  readonly inlined: readonly InlinedFunction[];
  /** By the names of pt_regs: what is known of its registers, and where its caller's were saved. */
  readonly registers: ReadonlyMap<string, bigint>;
  readonly saved: ReadonlyMap<string, VirtAddr>;
}

const MAX_FRAMES = 256;

/** The functions under way, the innermost first, at most `limit`; how each was found is told with it. */
export function framesOf(reader: Omit<UnwindReader, 'mm' | 'flags'>, task: Task, limit = MAX_FRAMES): StackFrame[] {
  const { mm } = task;
  if (!mm) return [];
  const { k } = reader;
  const isa = dwarfRegisters(task.isa);
  const flags = flagsOf(k, task);
  const within = { ...reader, mm, flags };
  const frames: StackFrame[] = [];
  let activation: Activation | null = activationOf(k, task, flags);
  while (activation && frames.length < limit) {
    const sp: number = Number(activation.registers.get(isa.sp) ?? 0n);
    const { frame, caller } = frameOf(within, activation);
    frames.push(frame);
    const isUp: boolean = frame.evidence === 'signal' || frame.cfa > sp || (frame.cfa === sp && frame.slot === null);
    activation = caller && isUp && isCode(within, caller) ? caller : null;
  }
  return frames;
}

/** What runs: its registers are in pt_regs. */
function activationOf(k: Kernel, task: Task, flags: number): Activation {
  const { names } = archOf(task.isa).ptRegs;
  const isa = dwarfRegisters(task.isa);
  const registers = new Map<number, bigint>();
  isa.names.forEach((name, number) => {
    const index = names.indexOf(name);
    registers.set(number, (BigInt(getRegHigh(k, task, index)) << 32n) | BigInt(getRegLow(k, task, index)));
  });
  const pc = Number(registers.get(isa.pc) ?? 0n);
  return { pc, registers, isExact: true, isThumb: isa.link !== null && (flags & 0x20) !== 0 };
}

function isCode({ mm }: UnwindReader, { pc }: Activation): boolean {
  return ((vmaAt(mm, pc)?.flags ?? 0) & VM_EXEC) !== 0;
}

function frameOf(reader: UnwindReader, activation: Activation): { frame: StackFrame; caller: Activation | null } {
  const { mm, code } = reader;
  const isa = dwarfRegisters(mm.isa);
  const { pc, registers } = activation;
  const at = codeAddress(activation);
  const found = unwind(reader, activation);
  const named = <T>(values: ReadonlyMap<number, T>): Map<string, T> =>
    new Map([...values].flatMap(([number, value]) => (isa.names[number] ? [[isa.names[number], value] as const] : [])));
  const place = code.symbols.place(mm, at);
  const frame = {
    pc,
    cfa: found?.cfa ?? Number(registers.get(isa.sp) ?? 0n),
    slot: found?.slot ?? null,
    returnTo: found?.caller?.pc ?? null,
    place: place && { name: place.name, offset: place.offset + pc - at },
    isGuess: !found || found.evidence === 'guess',
    evidence: found?.evidence ?? null,
    isOutermost: found?.isOutermost === true,
    line: code.lines.at(mm, at),
    inlined: code.lines.inlined(mm, at),
    registers: named(registers),
    saved: named(found?.saved ?? new Map()),
  };
  return { frame, caller: found?.caller ?? null };
}
