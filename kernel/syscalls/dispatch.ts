import { ENOSYS, ERESTART_RESTARTBLOCK } from '../abi/errno.ts';
import { archOf } from '../arch/index.ts';
import type { IsaName } from '../ports.ts';
import { entryResumed, reportEntry, reportExit } from '../ptrace/syscall.ts';
import { getRegHigh, getRegLow, setReg } from '../ptregs.ts';
import { setRestartBlock } from '../signal/restart.ts';
import type { Kernel } from '../state.ts';
import type { InSyscall, Task } from '../task.ts';
import { ARG_WIDTH, NO_RESULT, SLEEP, SyscallError, type SyscallRow } from './row.ts';
import { absentRow, findRow } from './table.ts';

/** A system call trap: find the row, read the arguments, run the handler. Linux: arch entry code, do_syscall_64(). */
export function enterSyscall(k: Kernel, task: Task, trap: number): void {
  const arch = archOf(task.isa);
  const nr = arch.syscallNumber(k, task, trap);
  if (nr === null) return;
  const isa = arch.compat?.trap === trap ? arch.compat.isa : task.isa;
  task.inSyscall = { nr, isa, resume: null };
  if (task.ptrace && reportEntry(k, task, task.ptrace)) return;
  makeCall(k, task, task.inSyscall);
}

function makeCall(k: Kernel, task: Task, { nr, isa }: InSyscall): void {
  const row = findRow(isa, nr) ?? absentRow(isa, nr);
  const args = readArgs(k, task, row, isa);
  k.trace?.event({ kind: 'syscall-enter', task, row, args });
  runHandler(k, task, row, args);
}

/** The tracer has refused the call: what stands in the result register is the result. */
function skipCall(k: Kernel, task: Task): void {
  task.inSyscall = null;
  if (task.ptrace) reportExit(k, task, task.ptrace);
}

/** A task that slept inside a call has woken: run its handler again. */
export function resumeSyscall(k: Kernel, task: Task): void {
  const inSyscall = task.inSyscall;
  if (!inSyscall) return;
  const wanted = entryResumed(k, task);
  if (wanted !== null) {
    if (wanted) makeCall(k, task, inSyscall);
    else skipCall(k, task);
    return;
  }
  const row = findRow(inSyscall.isa, inSyscall.nr) ?? absentRow(inSyscall.isa, inSyscall.nr);
  runHandler(k, task, row, readArgs(k, task, row, inSyscall.isa));
}

function runHandler(k: Kernel, task: Task, row: SyscallRow, args: readonly number[]): void {
  let result: number;
  try {
    result = row.needsMmu && k.state.noMmu ? -ENOSYS : row.handler(k, task, args);
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error;
    result = -error.errno;
  }
  if (result === SLEEP) {
    k.trace?.event({ kind: 'syscall-sleep', task, row, args });
    return;
  }
  if (result === -ERESTART_RESTARTBLOCK) setRestartBlock(task, args);
  // Absent once the task has exited, or stops on its way there: its own event has told.
  const left = task.state === 'traced' ? null : task.inSyscall;
  task.inSyscall = null;
  if (result === NO_RESULT) {
    if (left) k.trace?.event({ kind: 'syscall-exit', task, row, args, result: null });
    if (left && task.ptrace) reportExit(k, task, task.ptrace);
    return;
  }
  setReg(k, task, archOf(task.isa).ptRegs.ret, result);
  task.syscallResult = result;
  k.trace?.event({ kind: 'syscall-exit', task, row, args, result });
  if (result === -ENOSYS && row.absent) logAbsent(k, row);
  if (task.ptrace) reportExit(k, task, task.ptrace);
}

function logAbsent(k: Kernel, row: SyscallRow): void {
  const line = `system call ${row.name} is not there: -ENOSYS`;
  if (!k.state.log.includes(line)) k.state.log.push(line);
}

/** Arguments as numbers by their kind's width; see ARG_WIDTH. */
export function readArgs(k: Kernel, task: Task, row: SyscallRow, isa: IsaName): number[] {
  const args: number[] = [];
  if (row.args.length === 0) return args;
  const arch = archOf(task.isa);
  const regs = isa === task.isa ? arch.ptRegs.args : (arch.compat?.args ?? []);
  const is64 = isa === task.isa && arch.wordBytes === 8;
  let next = 0;
  // Every call comes through here: no closures, and no iterators beside the array's own.
  for (const arg of row.args) {
    const width = ARG_WIDTH[arg[1]];
    if (width === 'loff' && !is64) {
      // A 64-bit value takes two registers: on ARM an even one and the next.
      if (archOf(isa).pairsAligned && next % 2 === 1) next++;
      const low = getRegLow(k, task, regs[next] ?? 0);
      const high = getRegLow(k, task, regs[next + 1] ?? 0);
      next += 2;
      args.push((high | 0) * 0x1_0000_0000 + low);
      continue;
    }
    const reg = regs[next++] ?? 0;
    const low = getRegLow(k, task, reg);
    if (width === 'u32') args.push(low);
    else if (width === 's32' || (!is64 && width !== 'ulong')) args.push(low | 0);
    else if (!is64) args.push(low);
    else {
      const high = getRegHigh(k, task, reg);
      args.push((width === 'ulong' ? high : high | 0) * 0x1_0000_0000 + low);
    }
  }
  return args;
}
