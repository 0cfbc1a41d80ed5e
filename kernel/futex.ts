import { EAGAIN, EFAULT, EINVAL, ERESTARTNOHAND, ERESTARTSYS, ETIMEDOUT } from './abi/errno.ts';
import { type Mm, VM_SHARED } from './mm/types.ts';
import { getUserU32, userToPhys } from './mm/uaccess.ts';
import { vmaAt } from './mm/vma.ts';
import { ACCESS, type VirtAddr } from './ports.ts';
import { nowNs, signalPending, sleepOn, wakeUpTask } from './sched.ts';
import type { Kernel } from './state.ts';
import { SyscallError } from './syscalls/row.ts';
import type { Task } from './task.ts';

/**
 * Name of the wait queue behind a futex word: by address space and address, or by page when the word lies in a shared mapping.
 * Throws EINVAL for an unaligned word, EFAULT for a bad one. Linux: kernel/futex/core.c get_futex_key().
 */
export function futexKey(k: Kernel, mm: Mm, addr: VirtAddr, isPrivate: boolean): string {
  if (addr % 4 !== 0) throw new SyscallError(EINVAL);
  const vma = vmaAt(mm, addr);
  if (isPrivate || !vma || (vma.flags & VM_SHARED) === 0) return `futex:${mm.id}:${addr}`;
  const phys = userToPhys(k, mm, addr, ACCESS.read);
  if (phys < 0) throw new SyscallError(EFAULT);
  return `futex:page:${phys}`;
}

export interface FutexWait {
  addr: VirtAddr;
  isPrivate: boolean;
  /** The word must still hold this. */
  expected: number;
  bitset: number;
  /** Virtual time at which the wait ends, Infinity for never. */
  deadlineNs: number;
}

/** FUTEX_WAIT and FUTEX_WAIT_BITSET. Linux: kernel/futex/waitwake.c futex_wait(). */
export function futexWait(k: Kernel, task: Task, mm: Mm, wait: FutexWait): number {
  const resume = task.inSyscall?.resume;
  if (resume?.kind === 'futex') {
    if (resume.woken) return 0;
    if (Number(resume.deadlineNs) <= nowNs(k)) return -ETIMEDOUT;
    if (signalPending(task)) return wait.deadlineNs === Infinity ? -ERESTARTSYS : -ERESTARTNOHAND;
    return sleepOn(k, task, [String(resume.key)], { deadlineNs: Number(resume.deadlineNs) });
  }
  if (wait.bitset === 0) return -EINVAL;
  const key = futexKey(k, mm, wait.addr, wait.isPrivate);
  if (getUserU32(k, mm, wait.addr) !== wait.expected) return -EAGAIN;
  if (wait.deadlineNs <= nowNs(k)) return -ETIMEDOUT;
  const { bitset, deadlineNs } = wait;
  if (task.inSyscall) task.inSyscall.resume = { kind: 'futex', key, bitset, deadlineNs, woken: false };
  return sleepOn(k, task, [key], { deadlineNs });
}

/** Wake at most `count` waiters whose bitset meets ours; how many there were. Linux: futex_wake(). */
export function futexWake(k: Kernel, key: string, count: number, bitset: number): number {
  let woken = 0;
  for (const pid of [...(k.state.waitQueues.get(key) ?? [])]) {
    if (woken >= count) break;
    const task = k.state.tasks.get(pid);
    const resume = task?.inSyscall?.resume;
    if (!task || resume?.kind !== 'futex' || resume.woken || (Number(resume.bitset) & bitset) === 0) continue;
    resume.woken = true;
    wakeUpTask(k, task);
    woken++;
  }
  return woken;
}

/** Wake `nrWake` waiters of one word and move up to `nrRequeue` others to another. Linux: kernel/futex/requeue.c. */
export function futexRequeue(k: Kernel, from: string, to: string, nrWake: number, nrRequeue: number): number {
  const woken = futexWake(k, from, nrWake, 0xffff_ffff);
  if (from === to) return woken;
  const queue = k.state.waitQueues.get(from) ?? [];
  const moved = queue.splice(0, nrRequeue);
  if (queue.length === 0) k.state.waitQueues.delete(from);
  for (const pid of moved) {
    const task = k.state.tasks.get(pid);
    if (!task?.waitingFor || !task.inSyscall?.resume) continue;
    task.waitingFor.channels = [to];
    task.inSyscall.resume.key = to;
    const target = k.state.waitQueues.get(to);
    if (target) target.push(pid);
    else k.state.waitQueues.set(to, [pid]);
  }
  return woken + moved.length;
}
