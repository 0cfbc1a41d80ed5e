import { findRegister, writeRegister } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { changeThread } from '../../kernel/arch/thread.ts';
import { storeBytes } from '../../kernel/mm/phys.ts';

/** Set a register of a process. Throws RangeError for a process or a register that is not there. */
export function changeRegister(machine: Machine, pid: number, name: string, value: bigint): void {
  const k = machine.kernel;
  const task = k.state.tasks.get(pid);
  if (!task) throw new RangeError(`no process ${pid}`);
  const register = findRegister(task.isa, name);
  if (!register) throw new RangeError(`${task.isa} has no register ${name}`);
  const at = task.ptRegs;
  if (register.place === 'pt_regs') {
    const lenBytes = register.offset + register.bits / 8;
    const ptRegs = k.ram.u8.slice(at, at + lenBytes);
    writeRegister(register, { ptRegs, thread: task.thread }, value);
    storeBytes(k, at + register.offset, ptRegs.subarray(register.offset));
  } else changeThread(k, task, (thread) => writeRegister(register, { ptRegs: thread, thread }, value));
}
