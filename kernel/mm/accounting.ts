import { CAP_IPC_LOCK } from '../abi/capability.ts';
import { RLIMIT_AS, RLIMIT_DATA, RLIMIT_MEMLOCK } from '../abi/resource.ts';
import { capable } from '../commoncap.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { type Mm, VM_GROWSDOWN, VM_LOCKED, VM_SHARED, VM_WRITE, type Vma } from './types.ts';

/** What limits of the process and of the machine allow an address space. All in bytes. */

function bytesOf(mm: Mm, counts: (flags: number) => boolean): number {
  let total = 0;
  for (const { start, end, flags } of mm.vmas) if (counts(flags)) total += end - start;
  return total;
}

/** Private, writable and no stack. Linux: is_data_mapping(). */
export function isDataMapping(flags: number): boolean {
  return (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) === VM_WRITE;
}

function limitOf(task: Task, resource: number): number {
  return task.signal.rlim[resource]?.[0] ?? Infinity;
}

/** Whether `lenBytes` more of this kind fit RLIMIT_AS and RLIMIT_DATA. Linux: mm/mmap.c may_expand_vm(). */
export function mayExpandVm(task: Task, mm: Mm, lenBytes: number, flags: number): boolean {
  if (bytesOf(mm, () => true) + lenBytes > limitOf(task, RLIMIT_AS)) return false;
  return !isDataMapping(flags) || dataFits(task, mm, lenBytes);
}

/** Whether `lenBytes` more of private writable memory fit RLIMIT_DATA. */
export function dataFits(task: Task, mm: Mm, lenBytes: number): boolean {
  return bytesOf(mm, isDataMapping) + lenBytes <= limitOf(task, RLIMIT_DATA);
}

/**
 * Whether the machine could ever hold that much: what is private and writable, or shared and anonymous, may not be larger than
 * its memory at one go. Linux: __vm_enough_memory(), OVERCOMMIT_GUESS.
 */
export function enoughMemory(k: Kernel, lenBytes: number, flags: number, anonymous: boolean): boolean {
  const accountable = flags & VM_SHARED ? anonymous : (flags & VM_WRITE) !== 0;
  return !accountable || lenBytes <= k.ram.lenBytes;
}

/** Linux: mm->locked_vm. */
export function lockedBytes(mm: Mm): number {
  return bytesOf(mm, (flags) => (flags & VM_LOCKED) !== 0);
}

/** Root, or an RLIMIT_MEMLOCK that is not 0. Linux: can_do_mlock(). */
export function canDoMlock(task: Task): boolean {
  return capable(task.cred, CAP_IPC_LOCK) || limitOf(task, RLIMIT_MEMLOCK) !== 0;
}

/** Whether `lenBytes` more may be locked. Linux: mlock_future_check(). */
export function mayLock(task: Task, mm: Mm, lenBytes: number): boolean {
  return capable(task.cred, CAP_IPC_LOCK) || lockedBytes(mm) + lenBytes <= limitOf(task, RLIMIT_MEMLOCK);
}

/** Bytes of the area that lie in [start, end). */
export function overlapBytes(vma: Vma, start: number, end: number): number {
  return Math.max(0, Math.min(vma.end, end) - Math.max(vma.start, start));
}
