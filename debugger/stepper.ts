import type { Machine } from '../emulator/machine/machine.ts';
import { archOf } from '../kernel/arch/index.ts';
import type { Mm } from '../kernel/mm/types.ts';
import type { Task } from '../kernel/task.ts';
import type { CodeLine, CodeReader } from './code.ts';
import { peekInto } from './memory.ts';
import type { EventRecord, MemoryWrite, StepRecord, StopRecord } from './records.ts';
import {
  changedRegisters,
  copyRegister,
  copyRegisters,
  type RegisterChange,
  type RegisterWords,
  registerBig,
  registerNames,
  registerNumber,
} from './registers.ts';
import { segmentBase } from './segments.ts';
import { changedThreadRegisters, newThreadBlock } from './thread-registers.ts';
import { type RegisterView, WRITES_OF } from './writes/index.ts';

/** The part of the stack that is compared around each step: bytes below and above the stack pointer. */
const WINDOW_BELOW = 256;
const WINDOW_ABOVE = 64;
const WINDOW = WINDOW_BELOW + WINDOW_ABOVE;

/**
 * Steps a machine and tells what each instruction did.
 *
 * Writes are known in two ways: those of the instruction from its disassembly and its registers (so a word that is written
 * with its old value counts too), those of the kernel by comparing the stack around the stack pointer before and after.
 */
export interface Stepper {
  step(): StepRecord | StopRecord;
  /** The task of `machine.next()` makes one step; null when it retired nothing (it was killed, or sleeps). */
  stepTask(task: Task): StepRecord | null;
  /** For the kernel's trace: events are told with the step they belong to. */
  take(event: EventRecord): void;
  /** Events that belong to no step yet; forgets them. */
  takeEvents(): EventRecord[];
}

interface Before {
  readonly t: number;
  readonly task: Task;
  readonly mm: Mm;
  readonly words: RegisterWords;
  readonly thread: Uint8Array;
  readonly code: CodeLine;
  readonly sp: number;
}

export function createStepper(machine: Machine, code: CodeReader): Stepper {
  const k = machine.kernel;
  const stackBefore = new Uint8Array(WINDOW);
  const stackAfter = new Uint8Array(WINDOW);
  let events: EventRecord[] = [];
  /** The thread registers behind the last step; those before the next one when nothing happens in between. */
  let last: { t: number; pid: number; thread: Uint8Array } | null = null;

  function takeEvents(): EventRecord[] {
    const taken = events;
    events = [];
    return taken;
  }

  /** The task runs, or was the last to run: its thread registers are in the CPU. */
  function threadOf(task: Task): Uint8Array {
    if (last?.pid === task.pid && last.t === k.state.t) return last.thread;
    const thread = newThreadBlock(task.isa);
    k.cpus(task.isa).saveThread(thread);
    return thread;
  }

  function threadAfter(task: Task, before: Before): RegisterChange[] {
    last = null;
    if (k.state.current !== task.pid || task.isa !== before.mm.isa) return [];
    const thread = threadOf(task);
    last = { t: k.state.t, pid: task.pid, thread };
    return changedThreadRegisters(task.isa, before.thread, thread);
  }

  function look(task: Task): Before {
    const { mm } = task;
    if (!mm) throw new Error(`task ${task.pid} is to run and has no memory`);
    const words = copyRegisters(k, task);
    const { ip, sp, flags } = archOf(task.isa).ptRegs;
    const pc = registerNumber(task.isa, words, ip);
    const stack = registerNumber(task.isa, words, sp);
    stackBefore.fill(0);
    peekInto(k, mm, Math.max(0, stack - WINDOW_BELOW), stackBefore);
    const line = code.at(mm, pc, registerNumber(task.isa, words, flags));
    return { t: k.state.t, task, mm, words, thread: threadOf(task), code: line, sp: stack };
  }

  function stepTask(task: Task): StepRecord | null {
    const earlier = takeEvents();
    const before = look(task);
    machine.execute(task, 1);
    if (k.state.t === before.t) {
      events = [...earlier, ...events];
      return null;
    }
    const after = copyRegisters(k, task);
    // The registers of an exec'd image have nothing to do with the old ones.
    const sameImage = task.mm === before.mm;
    const { isa } = before.mm;
    const { ip, sp, ret } = archOf(isa).ptRegs;
    const spAfter = sameImage ? registerNumber(isa, after, sp) : before.sp;
    // The entry code has put -ENOSYS where the result of a call that sleeps will stand.
    if (task.inSyscall) copyRegister(isa, before.words, after, ret);
    return {
      kind: 'step',
      t: before.t,
      pid: task.pid,
      isa,
      mm: before.mm.id,
      pc: before.code.address,
      nextPc: registerNumber(isa, after, ip),
      sp: before.sp,
      spAfter,
      bytes: before.code.bytes,
      mnemonic: before.code.mnemonic,
      operands: before.code.operands,
      place: before.code.place,
      registers: sameImage ? [...changedRegisters(isa, before.words, after), ...threadAfter(task, before)] : [],
      writes: writesOf(before, spAfter),
      before: earlier,
      events: takeEvents(),
    };
  }

  /** What the step has written, read from memory as it is now. */
  function writesOf(before: Before, spAfter: number): MemoryWrite[] {
    const { mm, task, code: line } = before;
    if (task.mm !== mm) return [];
    const view = registerView(before, spAfter);
    const writes: MemoryWrite[] = [];
    for (const { addr, lenBytes } of WRITES_OF[mm.isa](line.decoded, view)) {
      const bytes = new Uint8Array(lenBytes);
      if (peekInto(k, mm, addr, bytes)) writes.push({ addr, bytes, by: 'instruction' });
    }
    addKernelWrites(before, writes);
    return writes;
  }

  function registerView(before: Before, spAfter: number): RegisterView {
    const { isa } = before.mm;
    const { index } = registerNames(isa);
    return {
      wordBytes: archOf(isa).wordBytes,
      reg: (name) => {
        const at = index.get(name);
        return at === undefined || at < 0 ? undefined : registerBig(isa, before.words, at);
      },
      segmentBase: (name) => segmentBase(k, before.task, name),
      pc: BigInt(before.code.address),
      sp: BigInt(before.sp),
      spAfter: BigInt(spAfter),
    };
  }

  /** Words of the stack that changed and that the instruction did not write. */
  function addKernelWrites(before: Before, writes: MemoryWrite[]): void {
    const start = Math.max(0, before.sp - WINDOW_BELOW);
    stackAfter.fill(0);
    peekInto(k, before.mm, start, stackAfter);
    if (Buffer.compare(stackBefore, stackAfter) === 0) return;
    const { wordBytes } = archOf(before.mm.isa);
    for (let at = 0; at < WINDOW; at += wordBytes) {
      let changed = false;
      for (let i = at; i < at + wordBytes; i++) changed ||= stackBefore[i] !== stackAfter[i];
      const addr = start + at;
      if (!changed || writes.some((write) => addr < write.addr + write.bytes.length && write.addr < addr + wordBytes))
        continue;
      writes.push({ addr, bytes: stackAfter.slice(at, at + wordBytes), by: 'kernel' });
    }
  }

  return {
    takeEvents,
    stepTask,
    take(event) {
      last = null;
      events.push(event);
    },
    step() {
      for (;;) {
        const next = machine.next();
        if (next.kind !== 'run') return { kind: 'stop', reason: next.kind, before: takeEvents() };
        const record = stepTask(next.task);
        if (record) return record;
      }
    },
  };
}
