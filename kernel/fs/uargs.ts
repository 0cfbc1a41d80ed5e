import { EFAULT, EINVAL } from '../abi/errno.ts';
import { PATH_MAX } from '../abi/limits.ts';
import { iovec } from '../abi/structs.ts';
import type { Mm } from '../mm/types.ts';
import { copyFromUser, copyToUser, getString } from '../mm/uaccess.ts';
import type { IsaName, VirtAddr } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { type IovIter, userIter } from './iov-iter.ts';
import { MAX_RW_COUNT } from './vfs.ts';

/** Arguments of system calls that lie in user memory. */

/** The address space of the task. Throws EFAULT when it has none. */
export function mmOf(task: Task): Mm {
  if (!task.mm) throw new SyscallError(EFAULT);
  return task.mm;
}

/** Whose structures the call takes: the table's ISA, which for `int $0x80` in 64-bit code is i386. */
export function callIsa(task: Task): IsaName {
  return task.inSyscall?.isa ?? task.isa;
}

/** A path. Throws EFAULT, ENAMETOOLONG. Linux: getname(). */
export function pathArg(k: Kernel, task: Task, addr: VirtAddr): string {
  return getString(k, mmOf(task), addr, PATH_MAX);
}

/** One buffer, cut at what one transfer may move. */
export function bufferArg(k: Kernel, task: Task, base: VirtAddr, lenBytes: number): IovIter {
  return userIter(k, mmOf(task), [{ base, lenBytes: Math.min(lenBytes, MAX_RW_COUNT) }]);
}

/** An array of iovec. Throws EINVAL (too many, a negative length), EFAULT. Linux: import_iovec(). */
export function iovArg(k: Kernel, task: Task, addr: VirtAddr, count: number): IovIter {
  if (count < 0 || count > UIO_MAXIOV) throw new SyscallError(EINVAL);
  const mm = mmOf(task);
  const isa = callIsa(task);
  const stride = iovec.size(isa);
  const bytes = copyFromUser(k, mm, addr, count * stride);
  const longest = stride === 8 ? 2 ** 31 : 2 ** 63;
  let left = MAX_RW_COUNT;
  const segments = [];
  for (let i = 0; i < count; i++) {
    const { iov_base: base, iov_len: lenBytes } = iovec.decode(isa, bytes, i * stride);
    if (lenBytes >= longest) throw new SyscallError(EINVAL);
    segments.push({ base, lenBytes: Math.min(lenBytes, left) });
    left -= Math.min(lenBytes, left);
  }
  return userIter(k, mm, segments);
}

const UIO_MAXIOV = 1024;

/** Bytes to user memory. Throws EFAULT. */
export function putBytes(k: Kernel, task: Task, addr: VirtAddr, bytes: Uint8Array): void {
  copyToUser(k, mmOf(task), addr, bytes);
}

/** Bytes from user memory. Throws EFAULT. */
export function getBytes(k: Kernel, task: Task, addr: VirtAddr, lenBytes: number): Uint8Array {
  return copyFromUser(k, mmOf(task), addr, lenBytes);
}
