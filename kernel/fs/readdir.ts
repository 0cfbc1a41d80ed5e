import { EINVAL } from '../abi/errno.ts';
import { S_IFMT } from '../abi/stat.ts';
import type { Dirent } from '../abi/structs.ts';
import type { IsaName } from '../ports.ts';
import type { Kernel } from '../state.ts';
import { SyscallError } from '../syscalls/row.ts';
import type { Task } from '../task.ts';
import { directoryNames, lookupEntry } from './dentry-ops.ts';
import { touchAccessed } from './inode.ts';
import { joinBytes } from './iov-iter.ts';
import type { File, Inode } from './types.ts';

export type DirentEncoder = (isa: IsaName, entry: Dirent) => Uint8Array;

/**
 * Records from the file's position on that fit `maxBytes`, and the position behind them. Positions 0 and 1 are `.` and
 * `..`; the names are taken when position 0 is read, so an entry made or removed later does not shift the others.
 * Throws EINVAL when not even one record fits. Linux: iterate_dir(), fs/readdir.c.
 */
export function readDirectory(
  k: Kernel,
  task: Task,
  file: File,
  maxBytes: number,
  encode: (entry: Dirent) => Uint8Array,
): { bytes: Uint8Array; next: number } {
  if (file.pos === 0 || file.dirNames === null) {
    file.dirNames = ['.', '..', ...directoryNames(k, task, file.inode)];
    touchAccessed(k, file.inode);
  }
  const parts: Uint8Array[] = [];
  let used = 0;
  let at = file.pos;
  for (; at < file.dirNames.length; at++) {
    const name = file.dirNames[at] ?? '';
    const inode = entryOf(k, task, file.inode, name);
    if (!inode) continue;
    const record = encode({ ino: inode.ino, off: at + 1, type: (inode.mode & S_IFMT) >>> 12, name });
    if (used + record.length > maxBytes) {
      if (used === 0) throw new SyscallError(EINVAL);
      break;
    }
    parts.push(record);
    used += record.length;
  }
  return { bytes: joinBytes(parts), next: at };
}

/** Null for an entry that has gone since the names were taken. */
function entryOf(k: Kernel, task: Task, dir: Inode, name: string): Inode | null {
  if (name === '.') return dir;
  if (name === '..') return dir.parent ?? dir;
  try {
    return lookupEntry(k, task, dir, name);
  } catch (error) {
    if (error instanceof SyscallError) return null;
    throw error;
  }
}
