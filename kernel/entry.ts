import { SCHED_FIFO } from './abi/sched.ts';
import {
  BUS_ADRERR,
  SEGV_ACCERR,
  SEGV_MAPERR,
  SI_KERNEL,
  SIGBUS,
  SIGKILL,
  SIGSEGV,
  SIGTRAP,
  TRAP_TRACE,
} from './abi/signal.ts';
import { archOf } from './arch/index.ts';
import { stringToBytes } from './bytes.ts';
import { doExit } from './exit.ts';
import { retFromFork } from './fork.ts';
import { FAULT, handleMmFault } from './mm/fault.ts';
import { translate } from './mm/pagetable.ts';
import type { Mm } from './mm/types.ts';
import {
  ACCESS,
  EXIT,
  EXIT_ACCESS,
  EXIT_ADDRESS,
  EXIT_ERROR_CODE,
  EXIT_RETIRED,
  EXIT_TRAP,
  EXIT_VECTOR,
  type ExitKind,
  type VirtAddr,
} from './ports.ts';
import { getReg, setReg } from './ptregs.ts';
import { followHostClock, nextDeadlineNs, nowNs, wakeSleepers, yieldCpu } from './sched.ts';
import { doSignal } from './signal/deliver.ts';
import { isRestartCode } from './signal/restart.ts';
import { forceSignal } from './signal/send.ts';
import { nextTimerNs, runTimers } from './signal/timers.ts';
import type { Kernel } from './state.ts';
import { enterSyscall, resumeSyscall } from './syscalls/dispatch.ts';
import type { SigInfo, Task } from './task.ts';

/** What the machine does next: run this task for at most `budget` instructions, or stop. */
export type Next =
  | { kind: 'run'; task: Task; budget: number }
  /** Every task sleeps, with no deadline (under real time, until one): only what comes from outside can wake one. */
  | { kind: 'idle' }
  /** Every process has ended. */
  | { kind: 'done' };

const MAX_BUDGET = 0x7fff_ffff;

/**
 * Do the kernel's work up to the next return to user space: expired timers, the choice of the task, woken calls, signals.
 * On 'run' the task's registers are in the CPU. Linux: schedule(), exit_to_user_mode_loop().
 */
export function prepareToRun(k: Kernel): Next {
  for (;;) {
    followHostClock(k);
    wakeSleepers(k);
    runTimers(k);
    const task = k.state.tasks.get(k.state.runQueue[0] ?? 0);
    if (!task) {
      if (k.state.tasks.size === 0) return { kind: 'done' };
      if (!skipToNextDeadline(k)) return { kind: 'idle' };
      continue;
    }
    switchTo(k, task);
    if (task.ptrace && task.ptrace.exitCode >= 0) {
      doExit(k, task, task.ptrace.exitCode);
      continue;
    }
    if (task.retFromFork) retFromFork(k, task);
    if (k.state.runQueue[0] !== task.pid) continue;
    if (task.inSyscall) resumeSyscall(k, task);
    if (k.state.runQueue[0] !== task.pid) continue;
    if (k.ignoredSignals.size > 0) tellIgnored(k, task);
    if (task.sigPending || isRestartCode(-task.syscallResult)) deliverSignals(k, task);
    if (k.state.runQueue[0] !== task.pid) continue;
    task.syscallResult = 0;
    // Signal delivery and exec leave no registers of this task in the CPU.
    switchTo(k, task);
    return { kind: 'run', task, budget: budgetOf(k) };
  }
}

function tellIgnored(k: Kernel, task: Task): void {
  for (const info of k.ignoredSignals.get(task.pid) ?? []) k.trace?.event({ kind: 'signal', task, info });
  k.ignoredSignals.delete(task.pid);
}

function deliverSignals(k: Kernel, task: Task): void {
  const code = -task.syscallResult;
  doSignal(k, task, isRestartCode(code) ? { code } : null);
}

/** Sleep of the whole machine takes no real time, the clock jumps to the next deadline; unless it is the host's. */
function skipToNextDeadline(k: Kernel): boolean {
  const deadline = Math.min(nextDeadlineNs(k), nextTimerNs(k));
  if (deadline === Infinity || k.clock.hostNs) return false;
  k.state.skippedNs += Math.max(0, deadline - nowNs(k));
  return true;
}

function budgetOf(k: Kernel): number {
  if (k.state.tasks.get(k.state.current)?.ptrace?.resume === 'step') return 1;
  const untilTimer = Math.min(nextDeadlineNs(k), nextTimerNs(k)) - nowNs(k);
  return Math.max(1, Math.min(k.state.sliceEnd - k.state.t, untilTimer, MAX_BUDGET));
}

/** Load the task's address space and registers. Linux: kernel/sched/core.c context_switch(), __switch_to(). */
function switchTo(k: Kernel, task: Task): void {
  const { state } = k;
  if (state.current === task.pid) return;
  const previous = state.tasks.get(state.current);
  if (previous && previous.state !== 'zombie') {
    k.cpus(previous.isa).saveThread(previous.thread);
    archOf(previous.isa).switchedOut?.(previous.thread);
  }
  state.current = task.pid;
  state.sliceEnd = state.t + k.quantum;
  loadTask(k, task);
}

/** Put the task's page tables and thread block into the CPU of its ISA. */
export function loadTask(k: Kernel, task: Task): void {
  const mm = task.mm;
  if (!mm) return;
  const cpu = k.cpus(task.isa);
  if (k.loadedMm.get(mm.isa) !== mm.id) {
    cpu.setPageTable(mm.pgd);
    k.loadedMm.set(mm.isa, mm.id);
  }
  cpu.loadThread(task.thread);
}

/** `Cpu.run` has come back for this task: serve the exit. Counts its instructions into t. */
export function handleExit(k: Kernel, task: Task, kind: ExitKind): void {
  const exit = k.cpus(task.isa).exit;
  const retired = (exit[EXIT_RETIRED] ?? 0) + (exit[EXIT_RETIRED + 1] ?? 0) * 0x1_0000_0000;
  k.state.t += retired;
  task.retired += retired;
  followHostClock(k);
  if (kind === EXIT.syscall) enterSyscall(k, task, exit[EXIT_TRAP] ?? 0);
  else if (kind === EXIT.fault) pageFault(k, task, exit);
  else if (kind === EXIT.exception) cpuException(k, task, exit);
  else if (task.ptrace?.resume === 'step' && retired > 0) singleStepped(k, task);
  if (k.state.t >= k.state.sliceEnd && k.state.current === task.pid) endSlice(k, task);
}

/** Linux: arch/x86/kernel/traps.c exc_debug_user(): the trap behind each instruction while TF is set. */
function singleStepped(k: Kernel, task: Task): void {
  const addr = getReg(k, task, archOf(task.isa).ptRegs.ip);
  markNoSyscall(k, task);
  forceSignal(k, task, { signo: SIGTRAP, errno: 0, code: TRAP_TRACE, addr, trapNo: 1, errorCode: 0 });
}

function endSlice(k: Kernel, task: Task): void {
  k.state.sliceEnd = k.state.t + k.quantum;
  if (k.state.runQueue.length < 2 || k.state.runQueue[0] !== task.pid || task.policy === SCHED_FIFO) return;
  task.nivcsw++;
  yieldCpu(k, task);
}

function cpuException(k: Kernel, task: Task, exit: Uint32Array): void {
  const info = archOf(task.isa).exceptionSignal(k, task, exit[EXIT_VECTOR] ?? 0, exit[EXIT_ERROR_CODE] ?? 0);
  markNoSyscall(k, task);
  forceSignal(k, task, info);
}

/** Outside of a call orig_ax is -1, so that nothing restarts. */
function markNoSyscall(k: Kernel, task: Task): void {
  const { ptRegs } = archOf(task.isa);
  setReg(k, task, ptRegs.orig, -1);
}

/** By ACCESS.*. */
const ACCESS_NAMES = ['read', 'write', 'exec'];

/** Linux: arch/x86/mm/fault.c do_user_addr_fault(), arch/arm/mm/fault.c do_page_fault(). */
function pageFault(k: Kernel, task: Task, exit: Uint32Array): void {
  const mm = task.mm;
  if (!mm) throw new Error(`page fault of task ${task.pid}, which has no memory`);
  const addr = (exit[EXIT_ADDRESS] ?? 0) + (exit[EXIT_ADDRESS + 1] ?? 0) * 0x1_0000_0000;
  const access = exit[EXIT_ACCESS] ?? ACCESS.read;
  const arch = archOf(task.isa);
  k.calls?.enter(task, 'do_page_fault', { address: addr, access: ACCESS_NAMES[access] ?? '' });
  const outcome =
    addr < arch.taskSize || arch.fixedPages.some((page) => page.addr === addr - (addr % 4096))
      ? handleMmFault(k, mm, addr, access)
      : FAULT.mapErr;
  k.calls?.leave(task, 'do_page_fault', null);
  if (outcome === FAULT.none) {
    task.minFlt++;
    return;
  }
  markNoSyscall(k, task);
  if (outcome === FAULT.oom) outOfMemory(k, task);
  else forceSignal(k, task, faultSignal(k, mm, addr, access, outcome));
}

/** Error code of an x86 page fault: present, write, user, instruction fetch. Intel SDM volume 3, 4.7. */
function faultSignal(k: Kernel, mm: Mm, addr: VirtAddr, access: number, outcome: number): SigInfo {
  const present = translate(k, mm, addr, false) >= 0 ? 1 : 0;
  const errorCode = present | (access === ACCESS.write ? 2 : 0) | 4 | (access === ACCESS.exec ? 16 : 0);
  const base = { errno: 0, addr, trapNo: 14, errorCode };
  if (outcome === FAULT.busAdrErr) return { ...base, signo: SIGBUS, code: BUS_ADRERR };
  return { ...base, signo: SIGSEGV, code: outcome === FAULT.accErr ? SEGV_ACCERR : SEGV_MAPERR };
}

/** Linux: mm/oom_kill.c; with one process to blame, the one that asked. */
function outOfMemory(k: Kernel, task: Task): void {
  const mib = Math.round(k.ram.lenBytes / 1048576);
  const line = `out of memory (${mib} MiB): killed process ${task.pid} (${task.comm})`;
  k.console.write(2, stringToBytes(`${line}\n`));
  forceSignal(k, task, { signo: SIGKILL, errno: 0, code: SI_KERNEL });
}
