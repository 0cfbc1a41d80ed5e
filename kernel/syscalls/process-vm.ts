import { EFAULT, EINVAL, EPERM, ESRCH } from '../abi/errno.ts';
import { iovec } from '../abi/structs.ts';
import type { IovIter, Segment } from '../fs/iov-iter.ts';
import { callIsa, getBytes, iovArg } from '../fs/uargs.ts';
import { PAGE_SIZE } from '../mm/types.ts';
import { copyFromUserPartial, copyToUserPartial } from '../mm/uaccess.ts';
import { findTaskByVpid } from '../pid.ts';
import { ptraceMayAccess } from '../ptrace/access.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';
import { SyscallError, type SyscallRow } from './row.ts';

/** Memory of another process. Linux: mm/process_vm_access.c. */

const UIO_MAXIOV = 1024;

/** The other side's pieces. Throws EINVAL, EFAULT. Linux: iovec_from_user(). */
function remoteSegments(k: Kernel, task: Task, addr: number, count: number): Segment[] {
  if (count > UIO_MAXIOV) throw new SyscallError(EINVAL);
  const isa = callIsa(task);
  const stride = iovec.size(isa);
  const bytes = getBytes(k, task, addr, count * stride);
  return Array.from({ length: count }, (_, i) => {
    const { iov_base: base, iov_len: lenBytes } = iovec.decode(isa, bytes, i * stride);
    return { base, lenBytes };
  });
}

/** Page by page; ends at what either side cannot reach. Bytes moved, or -EFAULT for none. */
function move(k: Kernel, target: Task, local: IovIter, remote: readonly Segment[], write: boolean): number {
  const mm = target.mm;
  if (!mm) return -ESRCH;
  let done = 0;
  for (const { base, lenBytes } of remote) {
    let left = lenBytes;
    while (left > 0 && local.count > 0) {
      const at = base + lenBytes - left;
      const part = Math.min(left, local.count, PAGE_SIZE - (at % PAGE_SIZE));
      const bytes = write ? local.copyFrom(part) : copyFromUserPartial(k, mm, at, part);
      const moved = write ? copyToUserPartial(k, mm, at, bytes) : local.copyTo(bytes);
      done += moved;
      left -= moved;
      if (moved < part) return done > 0 ? done : -EFAULT;
    }
  }
  return done;
}

function processVm(write: boolean): SyscallRow['handler'] {
  return (k, task, [pid = 0, lvec = 0, liovcnt = 0, rvec = 0, riovcnt = 0, flags = 0]) => {
    if (flags !== 0) return -EINVAL;
    if (liovcnt > UIO_MAXIOV) return -EINVAL;
    const local = iovArg(k, task, lvec, liovcnt);
    if (local.count === 0) return 0;
    const remote = remoteSegments(k, task, rvec, riovcnt);
    if (!remote.some(({ lenBytes }) => lenBytes > 0)) return 0;
    const target = findTaskByVpid(k, task, pid);
    if (!target) return -ESRCH;
    if (!ptraceMayAccess(task, target)) return -EPERM;
    return move(k, target, local, remote, write);
  };
}

const ARGS = [
  ['pid', 'pid'],
  ['lvec', 'ptr'],
  ['liovcnt', 'ulong'],
  ['rvec', 'ptr'],
  ['riovcnt', 'ulong'],
  ['flags', 'ulong'],
] as const;

/** process_vm_readv(2). */
export const sys_process_vm_readv: SyscallRow = {
  name: 'process_vm_readv',
  needsMmu: true,
  nr: { i386: 347, x86_64: 310, arm: 376 },
  args: ARGS,
  ret: 'long',
  handler: processVm(false),
};

/** process_vm_writev(2). */
export const sys_process_vm_writev: SyscallRow = {
  name: 'process_vm_writev',
  needsMmu: true,
  nr: { i386: 348, x86_64: 311, arm: 377 },
  args: ARGS,
  ret: 'long',
  handler: processVm(true),
};

export const PROCESS_VM_ROWS = [sys_process_vm_readv, sys_process_vm_writev];
