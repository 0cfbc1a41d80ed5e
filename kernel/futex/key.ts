import { EFAULT, EINVAL } from '../abi/errno.ts';
import { type Mm, VM_SHARED } from '../mm/types.ts';
import { getUserU32, putUserU32, userToPhys } from '../mm/uaccess.ts';
import { vmaAt } from '../mm/vma.ts';
import { ACCESS, type VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Resume, Task } from '../task.ts';

/** User addresses end below this on every ISA. */
const TASK_SIZE_MAX = 2 ** 47;

/** A word as a futex operation names it. */
export interface FutexWord {
  addr: VirtAddr;
  /** FUTEX_PRIVATE_FLAG: only threads of this address space meet there. */
  isPrivate: boolean;
}

/**
 * Name of the wait queue behind a futex word: by address space and address, or by page when the word lies in a shared mapping.
 * As on Linux, a waiter with FUTEX_PRIVATE_FLAG and a waker without it do not meet. `writes`: the operation changes the word.
 * Throws EINVAL for an unaligned word, EFAULT for a bad one. Linux: kernel/futex/core.c get_futex_key().
 */
export function futexKey(k: Kernel, mm: Mm, { addr, isPrivate }: FutexWord, writes = false): string {
  if (addr % 4 !== 0) throw new SyscallError(EINVAL);
  if (addr >= TASK_SIZE_MAX) throw new SyscallError(EFAULT);
  if (isPrivate) return `futex:private:${mm.id}:${addr}`;
  const isShared = ((vmaAt(mm, addr)?.flags ?? 0) & VM_SHARED) !== 0;
  let phys = userToPhys(k, mm, addr, ACCESS.write);
  // A file's page that can only be read will do, for who does not write.
  if (phys < 0 && isShared && !writes) phys = userToPhys(k, mm, addr, ACCESS.read);
  if (phys < 0) throw new SyscallError(EFAULT);
  return isShared ? `futex:page:${phys}` : `futex:mm:${mm.id}:${addr}`;
}

/** What futex(2) leaves in a waiter's resume. */
export type FutexWaiter = Resume & { kind: (typeof WAITS)[number] };

const WAITS = ['futex', 'futex-waitv', 'futex-pi', 'futex-requeue-pi'] as const;

function isFutexWait(wait: Resume | null | undefined): wait is FutexWaiter {
  return wait !== null && wait !== undefined && WAITS.some((kind) => kind === wait.kind);
}

/** The tasks that wait on a key, oldest first, with what they wait for; those woken already have left the queue. */
export function waitersOn(k: Kernel, key: string): { task: Task; wait: FutexWaiter }[] {
  const waiters: { task: Task; wait: FutexWaiter }[] = [];
  for (const pid of k.state.waitQueues.get(key) ?? []) {
    const task = k.state.tasks.get(pid);
    const wait = task?.inSyscall?.resume;
    if (task && isFutexWait(wait)) waiters.push({ task, wait });
  }
  return waiters;
}

/** Change the word by `change` of its old value, which is returned. Throws EFAULT. */
export function updateWord(k: Kernel, mm: Mm, addr: VirtAddr, change: (old: number) => number): number {
  const old = getUserU32(k, mm, addr);
  putUserU32(k, mm, addr, change(old) >>> 0);
  return old;
}
