import { EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { archOf } from '../arch/index.ts';
import { writeU32, writeU64 } from '../bytes.ts';
import { callIsa, putBytes } from '../fs/uargs.ts';
import { findTaskOrSelf } from '../pid.ts';
import { ptraceMayAccess } from '../ptrace/access.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import type { SyscallRow } from './row.ts';

/** Robust futex lists: what happens at the end of a thread is in futex/exit.ts. Linux: kernel/futex/syscalls.c. */

/** set_robust_list(2). */
const sys_set_robust_list: SyscallRow = {
  name: 'set_robust_list',
  nr: { i386: 311, x86_64: 273, arm: 338 },
  args: [
    ['head', 'ptr'],
    ['len', 'size'],
  ],
  ret: 'int',
  handler: (_k, task, [head = 0, len = 0]) => {
    if (len !== 3 * archOf(callIsa(task)).wordBytes) return -EINVAL;
    task.robustList = head;
    return 0;
  },
};

function putWord(k: Kernel, task: Task, addr: number, value: number): void {
  const bytes = new Uint8Array(archOf(callIsa(task)).wordBytes);
  if (bytes.length === 4) writeU32(bytes, 0, value);
  else writeU64(bytes, 0, value);
  putBytes(k, task, addr, bytes);
}

/** get_robust_list(2). */
const sys_get_robust_list: SyscallRow = {
  name: 'get_robust_list',
  nr: { i386: 312, x86_64: 274, arm: 339 },
  args: [
    ['pid', 'pid'],
    ['head_ptr', 'ptr'],
    ['len_ptr', 'ptr'],
  ],
  ret: 'int',
  handler: (k, task, [pid = 0, headPtr = 0, lenPtr = 0]) => {
    const target = findTaskOrSelf(k, task, pid);
    if (!target) return -ESRCH;
    if (!ptraceMayAccess(task, target)) return -EPERM;
    putWord(k, task, lenPtr, 3 * archOf(callIsa(task)).wordBytes);
    putWord(k, task, headPtr, target.robustList);
    return 0;
  },
};

export const ROBUST_ROWS: readonly SyscallRow[] = [sys_set_robust_list, sys_get_robust_list];
