import { allocFd, lowestFreeFd } from '../fs/file.ts';
import type { File } from '../fs/types.ts';
import type { Kernel } from '../state.ts';
import type { Task } from '../task.ts';

/** Access mode of files that are no files. */
export const O_RDWR = 2;

/** A descriptor for what `make` opens, which is called only when there is room. Throws EMFILE. Linux: anon_inode_getfd(). */
export function installAnon(_k: Kernel, task: Task, cloexec: boolean, make: () => File): number {
  lowestFreeFd(task);
  return allocFd(task, make(), cloexec);
}
