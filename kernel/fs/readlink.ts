import { EINVAL, ENOENT } from '../abi/errno.ts';
import { S_ISLNK } from '../abi/stat.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { followLink } from './dentry-ops.ts';
import { procReadlink } from './proc/index.ts';
import type { Inode } from './types.ts';

/** The text of a symbolic link. Throws EINVAL (ENOENT for an empty path) when it is none. Linux: do_readlinkat(). */
export function readLink(k: Kernel, task: Task, inode: Inode, wasEmptyPath: boolean): string {
  if (!S_ISLNK(inode.mode)) throw new SyscallError(wasEmptyPath ? ENOENT : EINVAL);
  if (inode.kind === 'proc') return procReadlink(k, task, inode);
  const target = followLink(k, task, inode);
  if (typeof target !== 'string') throw new SyscallError(EINVAL);
  return target;
}
