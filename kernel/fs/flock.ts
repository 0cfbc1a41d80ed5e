import { wakeUp } from '../sched.ts';
import type { Kernel } from '../state.ts';
import { flockChannel } from './file.ts';
import type { File } from './types.ts';

/** Locks of flock(2), held by open file descriptions. Linux: fs/locks.c flock_lock_inode(). */

/**
 * Take the lock if nobody else's stands against it. A change of kind lets the old lock go first, as flock(2) says, so
 * that it is lost when the new one is not to be had.
 */
export function tryFlock(k: Kernel, file: File, exclusive: boolean): boolean {
  const { inode } = file;
  const own = inode.flocks.find((lock) => lock.fileId === file.id);
  if (own?.exclusive === exclusive) return true;
  if (own) unlockFlock(k, file);
  if (inode.flocks.some((lock) => exclusive || lock.exclusive)) return false;
  inode.flocks.push({ fileId: file.id, exclusive });
  return true;
}

export function unlockFlock(k: Kernel, file: File): void {
  const { inode } = file;
  const others = inode.flocks.filter((lock) => lock.fileId !== file.id);
  if (others.length === inode.flocks.length) return;
  inode.flocks = others;
  wakeUp(k, flockChannel(inode));
}
