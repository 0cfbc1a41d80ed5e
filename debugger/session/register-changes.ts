import { RECORD, type Register, readRegister } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import type { Task } from '../../kernel/task.ts';
import type { History, Observer } from '../history/index.ts';
import { InstructionRecorder } from './instruction-recorder.ts';
import { type Breathe, runForward, searchBack } from './search.ts';
import type { Direction } from './session.ts';
import type { Stop } from './stop.ts';
import { registerValue } from './values.ts';

/**
 * To where a general register of a process changes: forward behind the instruction that does it, backwards in front of it. Throws
 * RangeError for a register that is not kept in pt_regs.
 */
export async function toRegisterChange(
  history: History,
  { pid, register, direction }: { readonly pid: number; readonly register: Register; readonly direction: Direction },
  breathe: Breathe,
): Promise<Stop> {
  if (register.place !== 'pt_regs') throw new RangeError(`changes of ${register.name} are not looked for`);
  const { t: from, machine } = history;
  let observer: ChangeObserver | null = null;
  const observe = (tell: (change: { at: number }) => boolean): Observer => {
    observer?.end();
    observer = new ChangeObserver(machine, pid, register, tell);
    return observer;
  };
  try {
    if (direction === 'back') {
      const found = await searchBack<{ at: number }>(
        history,
        from,
        (tell) =>
          observe((change) => {
            tell(change);
            return false;
          }),
        breathe,
      );
      history.seek(found === 'interrupted' ? from : (found?.at ?? 0));
      return { kind: found === 'interrupted' ? 'interrupted' : found ? 'there' : 'beginning' };
    }
    let first: number | null = null;
    const forward = observe(({ at }) => {
      first ??= at;
      return true;
    });
    const reason = await runForward(history, { observer: forward }, breathe);
    if (first !== null) history.seek(first + 1);
    if (reason === null) return { kind: 'interrupted' };
    return { kind: first === null && (reason === 'done' || reason === 'idle') ? reason : 'there' };
  } finally {
    (observer as ChangeObserver | null)?.end();
  }
}

/** Compares the register before each instruction of the process with what it was before. */
class ChangeObserver implements Observer {
  private readonly machine: Machine;
  private readonly pid: number;
  private readonly register: Register;
  private readonly tell: (change: { at: number }) => boolean;
  private readonly recorder: InstructionRecorder;
  private value: bigint | null;

  constructor(machine: Machine, pid: number, register: Register, tell: (change: { at: number }) => boolean) {
    this.machine = machine;
    this.pid = pid;
    this.register = register;
    this.tell = tell;
    this.recorder = new InstructionRecorder(machine, { what: RECORD.registers });
    const task = machine.kernel.state.tasks.get(pid);
    this.value = task?.mm ? registerValue(machine.kernel, task, register) : null;
  }

  end(): void {
    this.recorder.end();
  }

  budget(task: Task): number {
    return this.recorder.begin(task);
  }

  ran(task: Task, t: number): boolean {
    if (task.pid !== this.pid) return false;
    const { recording } = this.recorder;
    for (let i = 0; i < (recording?.nrInsns ?? 0); i++) {
      const ptRegs = recording?.insn(i) ?? new Uint8Array(0);
      // What differs before the run's first instruction was put there by the kernel, when the process was woken.
      if (this.see(readRegister(this.register, { ptRegs, thread: task.thread }), t + i - 1)) return true;
    }
    return task.mm ? this.see(registerValue(this.machine.kernel, task, this.register), this.machine.t - 1) : false;
  }

  private see(value: bigint, at: number): boolean {
    const isChange = this.value !== null && value !== this.value;
    this.value = value;
    return isChange && this.tell({ at: Math.max(0, at) });
  }
}
