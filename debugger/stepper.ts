import type { Machine } from '../emulator/machine/machine.ts';
import { archOf } from '../kernel/arch/index.ts';
import type { Mm } from '../kernel/mm/types.ts';
import type { Task } from '../kernel/task.ts';
import type { CodeLine, CodeReader } from './code.ts';
import type { EventRecord, StepRecord, StopRecord } from './records.ts';
import {
  changedRegisters,
  copyRegister,
  copyRegisters,
  type RegisterChange,
  type RegisterWords,
  registerNumber,
} from './registers.ts';
import { changedThreadRegisters, newThreadBlock } from './thread-registers.ts';
import { createWriteRecorder } from './write-recorder.ts';

/**
 * Steps a machine and tells what each instruction did.
 *
 * Writes are those that the CPU and the kernel made, so a word that is written with its old value counts too.
 */
export interface Stepper {
  step(): StepRecord | StopRecord;
  /** The task of `machine.next()` makes one step; null when it retired nothing (it was killed, or sleeps). */
  stepTask(task: Task): StepRecord | null;
  /** For the kernel's trace: events are told with the step they belong to. */
  take(event: EventRecord): void;
  /** Events that belong to no step yet; forgets them. */
  takeEvents(): EventRecord[];
  /** The machine is going to run without being stepped: let it run at full speed. */
  rest(): void;
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
  const recorder = createWriteRecorder(machine);
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
    const line = code.at(mm, pc, registerNumber(task.isa, words, flags));
    return { t: k.state.t, task, mm, words, thread: threadOf(task), code: line, sp: stack };
  }

  function stepTask(task: Task): StepRecord | null {
    const earlier = takeEvents();
    const before = look(task);
    recorder.begin(task);
    machine.execute(task, 1);
    const written = recorder.end();
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
      writes: sameImage ? written : [],
      before: earlier,
      events: takeEvents(),
    };
  }

  return {
    takeEvents,
    rest: recorder.stop,
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
