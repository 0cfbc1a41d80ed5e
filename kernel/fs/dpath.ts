import type { File, Inode } from './types.ts';

/**
 * Absolute path of an inode below `root`; null when it cannot be reached from there (a removed directory still has its
 * path, see `isUnlinked`). Linux: fs/d_path.c prepend_path().
 */
export function pathBelow(inode: Inode, root: Inode | null): string | null {
  let path = '';
  let at = inode;
  while (at !== root) {
    if (!at.parent || at.parent === at) return root === null ? path || '/' : null;
    path = `/${at.name}${path}`;
    at = at.parent;
  }
  return path || '/';
}

/** Absolute path in the guest's whole tree. */
export function dPath(inode: Inode): string {
  return pathBelow(inode, null) ?? '/';
}

/** No name leads to it any more. */
export function isUnlinked(inode: Inode): boolean {
  return inode.nlink === 0;
}

/** What /proc/PID/fd/N shows. */
export function filePath(file: File): string {
  const { inode } = file;
  if (inode.parent === null) return file.path;
  return isUnlinked(inode) ? `${dPath(inode)} (deleted)` : dPath(inode);
}
