import { findRegister, writeRegister } from '../../emulator/engine/index.ts';
import type { Machine } from '../../emulator/machine/machine.ts';
import { changeThread } from '../../kernel/arch/thread.ts';
import { storeBytes } from '../../kernel/mm/phys.ts';
import type { VirtAddr } from '../../kernel/ports.ts';
import { pokeMemory } from '../../kernel/ptrace/memory.ts';
import type { Task } from '../../kernel/task.ts';

function taskOf({ kernel }: Machine, pid: number): Task {
  const task = kernel.state.tasks.get(pid);
  if (!task) throw new RangeError(`no process ${pid}`);
  return task;
}

/**
 * Store into a process's memory, also where it may not itself. Throws RangeError for a process or memory that is not there; bytes in front of
 * that have been stored then.
 */
export function changeMemory(machine: Machine, pid: number, addr: VirtAddr, bytes: Uint8Array): void {
  const { mm } = taskOf(machine, pid);
  const done = mm ? pokeMemory(machine.kernel, mm, addr, bytes) : 0;
  if (done < bytes.length) throw new RangeError(`Cannot access memory at address 0x${(addr + done).toString(16)}`);
}

/** Set a register of a process. Throws RangeError for a process or a register that is not there. */
export function changeRegister(machine: Machine, pid: number, name: string, value: bigint): void {
  const k = machine.kernel;
  const task = taskOf(machine, pid);
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
